import type { HttpRequest, HttpResponse, PublicFileSource, ServiceDefinition } from '@lantern/aws-protocol';

/** Finds the answer to a request for a file that anyone may read; undefined, at once, for every other request. */
export type PublicFiles = (request: Pick<HttpRequest, 'method' | 'rawPath'>) => Promise<HttpResponse> | undefined;

/**
 * The public files of all services, as their definitions list them.
 * @param instanceOf the instance of a definition's class
 */
export function publicFiles(
  services: readonly ServiceDefinition[],
  instanceOf: (type: NonNullable<ServiceDefinition['publicFiles']>['source']) => PublicFileSource,
): PublicFiles {
  const entries = services.flatMap(({ publicFiles: files }) =>
    files ? [{ path: files.path, source: instanceOf(files.source) }] : [],
  );
  return ({ method, rawPath }) => {
    if (method !== 'GET' && method !== 'HEAD') return undefined;
    const entry = entries.find(({ path }) => path.test(rawPath));
    return entry && readFile(entry.source, rawPath);
  };
}

async function readFile(source: PublicFileSource, path: string): Promise<HttpResponse> {
  const file = await source.read(path);
  return file
    ? { status: 200, headers: { 'content-type': file.contentType }, body: file.content }
    : { status: 404, headers: { 'content-type': 'text/plain' }, body: 'There is no such file\n' };
}
