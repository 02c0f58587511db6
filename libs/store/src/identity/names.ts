import { createHash, randomBytes, randomInt } from 'node:crypto';

/** RFC 4648's alphabet, which AWS's ids use. */
const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** Eight bits become one of 32 letters; 256 is a multiple of 32, so all are equally likely. */
const letters = (bytes: Iterable<number>): string => Array.from(bytes, (byte) => BASE32[byte & 31]).join('');

/** Twelve random digits, the first not zero, so that the id survives tools that take it for a number. */
export const newAccountId = (): string =>
  String(randomInt(100_000, 1_000_000)) + String(randomInt(1_000_000)).padStart(6, '0');

/** `AKIA` or `ASIA` and 16 random letters and digits, 80 bits. */
export const newAccessKeyId = (prefix: 'AKIA' | 'ASIA'): string => prefix + letters(randomBytes(16));

/** Whether a text could be one of our access key ids; others need no look into the database. */
export const isAccessKeyId = (text: string): boolean => /^A[KS]IA[A-Z2-7]{16}$/.test(text);

/** 40 characters of base64, 240 random bits, as AWS's are. */
export const newSecretAccessKey = (): string => randomBytes(30).toString('base64');

/** 256 characters of base64. Clients must not expect any size of it. */
export const newSessionToken = (): string => randomBytes(192).toString('base64');

/** A key for `Authorization: Bearer`, 256 random bits behind a prefix that secret scanners can look for. */
export const newApiKey = (): string => `lk_${randomBytes(32).toString('base64url')}`;

/** SHA-256 suffices: the key has 256 random bits, so there is nothing to guess. */
export const hashApiKey = (key: string): Buffer => createHash('sha256').update(key).digest();

/** The id under which an API key is listed and revoked. */
export const newApiKeyId = (): string => `key-${randomBytes(8).toString('hex')}`;

/**
 * AWS's unique id of a user (`AIDA`) or role (`AROA`). It is a function of the ARN, because Lantern keeps no users or
 * roles of which it would be an attribute.
 */
export const uniqueId = (prefix: 'AIDA' | 'AROA', arn: string): string =>
  prefix + letters(createHash('sha256').update(arn).digest().subarray(0, 17));
