import type { TensorData } from '../model.js';
import type { WireReader } from './wire-reader.js';

/**
 * Where a tensor's bytes lie outside the file. The place must stay beside the model: a path that is absolute or climbs
 * out of the folder is refused, whoever reads it.
 * @param entries the pairs of TensorProto.external_data: location, offset, length; a checksum is not looked at
 * @param length  bytes that the tensor's shape needs
 */
export function readExternalContent(
  name: string,
  entries: ReadonlyMap<string, string>,
  length: number,
  reader: WireReader,
): TensorData['content'] {
  const location = entries.get('location') ?? '';
  if (!isLocal(location)) reader.fail(`tensor '${name}' lies in '${location}', which is no file beside the model`);
  const offset = wholeNumber(entries.get('offset') ?? '0');
  const said = wholeNumber(entries.get('length') ?? `${length}`);
  if (offset === undefined || said === undefined) reader.fail(`tensor '${name}' has an unreadable offset or length`);
  if (said !== length) reader.fail(`tensor '${name}' needs ${length} bytes, its external data has ${said}`);
  return { kind: 'external', location, offset, length };
}

/** Whether a location names a file in the model's folder or below. */
export function isLocal(location: string): boolean {
  if (location === '' || /^[/\\]|^[A-Za-z]:|[\0]/.test(location)) return false;
  return !location.split(/[/\\]/).includes('..');
}

function wholeNumber(text: string): number | undefined {
  const number = /^\d{1,16}$/.test(text) ? Number(text) : NaN;
  return Number.isSafeInteger(number) ? number : undefined;
}
