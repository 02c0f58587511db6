import { ResourceNotFoundException } from '../api/index.js';
import { invalidParameter } from '../refusals.js';

/** Opaque to clients, as AWS's: base64 of JSON. */
export const writeTaskHandle = (taskId: string, sourceArn: string): string =>
  Buffer.from(JSON.stringify({ taskId, sourceArn })).toString('base64');

/**
 * Reads a task handle.
 * @throws InvalidParameterValue, ResourceNotFoundException
 */
export function readTaskHandle(handle: string): { readonly taskId: string; readonly sourceArn: string } {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(handle, 'base64').toString('utf8'));
  } catch {
    value = undefined;
  }
  if (typeof value !== 'object' || value === null || !('taskId' in value) || !('sourceArn' in value))
    throw invalidParameter('Value for parameter TaskHandle is invalid.');
  const { taskId, sourceArn } = value;
  if (typeof taskId !== 'string' || typeof sourceArn !== 'string')
    throw invalidParameter('Value for parameter TaskHandle is invalid.');
  return { taskId, sourceArn };
}

/** There is no such source queue. */
export const noSuchSource = (): ResourceNotFoundException =>
  new ResourceNotFoundException("The resource that you specified for the SourceArn parameter doesn't exist.");

/** There is no such destination queue. */
export const noSuchDestination = (): ResourceNotFoundException =>
  new ResourceNotFoundException("The resource that you specified for the DestinationArn parameter doesn't exist.");
