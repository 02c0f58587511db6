import { compilePattern, PatternError, type Pattern } from '@lantern/events';
import { InvalidParameterException } from '../api/index.js';
import type { MessageAttributes } from '../messages/message-attributes.js';

/** What a filter policy judges: the attributes of a message, or its body. */
export type FilterPolicyScope = 'MessageAttributes' | 'MessageBody';

/** https://docs.aws.amazon.com/sns/latest/dg/subscription-filter-policy-constraints.html (read 2026-11) */
const MAX_KEYS = 5;
const MAX_COMBINATIONS = 150;
const MAX_BYTES = 256 * 1024;

const invalid = (reason: string) => new InvalidParameterException(`Invalid parameter: FilterPolicy: ${reason}`);

/**
 * Reads a filter policy; undefined where it filters nothing (`{}`).
 * @throws InvalidParameterException
 */
export function parseFilterPolicy(text: string, scope: FilterPolicyScope): Pattern | undefined {
  if (Buffer.byteLength(text) > MAX_BYTES) throw invalid('Filter policy is too large');
  const policy = parseJson(text);
  if (!isFields(policy)) throw invalid('Filter is not an object');
  if (Object.keys(policy).length === 0) return undefined;
  if (scope === 'MessageAttributes') requireFlat(policy);
  const pattern = compile(policy);
  const { nKeys, nCombinations } = measure(policy);
  if (nKeys > MAX_KEYS) throw invalid('Filter policy can not have more than 5 keys');
  if (nCombinations > MAX_COMBINATIONS) throw invalid('Filter policy is too complex');
  return pattern;
}

/** Attributes as a filter policy sees them: numbers as numbers, `String.Array` as a list; binary ones are not seen. */
export function filterableAttributes(attributes: MessageAttributes): Readonly<Record<string, unknown>> {
  const entries = Object.entries(attributes).flatMap(([name, { DataType, StringValue }]): [string, unknown][] => {
    if (StringValue === undefined) return [];
    if (DataType === 'String.Array') return [[name, parseList(StringValue)]];
    if (DataType === 'Number' || DataType.startsWith('Number.')) return [[name, Number(StringValue)]];
    return [[name, StringValue]];
  });
  return Object.fromEntries(entries);
}

/** A message body as a filter policy sees it; a body that is no JSON object matches none. */
export function filterableBody(message: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const body: unknown = JSON.parse(message);
    return isFields(body) ? body : undefined;
  } catch {
    return undefined;
  }
}

function compile(policy: object): Pattern {
  try {
    return compilePattern(policy);
  } catch (error) {
    if (error instanceof PatternError) throw invalid(error.message);
    throw error;
  }
}

/** Attributes have no inner structure. */
function requireFlat(policy: Fields): void {
  for (const [name, value] of Object.entries(policy)) {
    if (name === '$or' && isAlternatives(value)) value.forEach(requireFlat);
    else if (isFields(value)) {
      throw new InvalidParameterException(
        'Invalid parameter: Filter policy scope MessageAttributes does not support nested filter policy',
      );
    }
  }
}

/**
 * The size of a policy as AWS counts it: each key multiplies by its values and by the level that it lies on; alternatives add up.
 * A key named in several alternatives counts once for each.
 */
function measure(policy: Fields, level = 1): { nKeys: number; nCombinations: number } {
  let [nKeys, nCombinations] = [0, 1];
  for (const [name, value] of Object.entries(policy)) {
    if (name === '$or' && isAlternatives(value)) {
      const parts = value.map((part) => measure(part, level));
      nKeys += Math.max(...parts.map((part) => part.nKeys));
      nCombinations *= parts.reduce((sum, part) => sum + part.nCombinations, 0);
    } else if (isFields(value)) {
      const inner = measure(value, level + 1);
      nKeys += inner.nKeys;
      nCombinations *= inner.nCombinations;
    } else {
      nKeys += 1;
      nCombinations *= (Array.isArray(value) ? value.length : 1) * level;
    }
  }
  return { nKeys, nCombinations };
}

type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isAlternatives = (value: unknown): value is Fields[] =>
  Array.isArray(value) && value.length > 1 && value.every(isFields);

function parseList(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw invalid('failed to parse JSON.');
  }
}
