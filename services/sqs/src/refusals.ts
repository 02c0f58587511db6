import { ServiceError } from '@lantern/aws-protocol';
import { InvalidAttributeName, InvalidAttributeValue, QueueDoesNotExist } from './api/index.js';

// Errors that SQS answers with and its model does not list. Their codes are those of its JSON protocol.

export const invalidParameter = (message: string): ServiceError =>
  new ServiceError('InvalidParameterValueException', message);

/** `Value 11 for parameter MaxNumberOfMessages is invalid. Reason: …` */
export const invalidValue = (parameter: string, value: unknown, reason: string): ServiceError =>
  invalidParameter(`Value ${String(value)} for parameter ${parameter} is invalid. Reason: ${reason}`);

export const missingParameter = (parameter: string): ServiceError =>
  new ServiceError('MissingRequiredParameterException', `The request must contain the parameter ${parameter}.`);

export const unknownAttribute = (name: string): ServiceError => new InvalidAttributeName(`Unknown Attribute ${name}.`);

export const invalidAttribute = (name: string, reason?: string): ServiceError =>
  new InvalidAttributeValue(
    reason === undefined
      ? `Invalid value for the parameter ${name}.`
      : `Invalid value for the parameter ${name}. Reason: ${reason}`,
  );

/** Another account's queue is told from none at all only where its policy lets the caller in. */
export const noSuchQueue = (): ServiceError => new QueueDoesNotExist('The specified queue does not exist.');
