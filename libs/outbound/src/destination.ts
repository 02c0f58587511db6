import { isIP } from 'node:net';
import type { AllowList } from './allow-list.js';
import { OutboundFailedError, OutboundRefusedError } from './outbound-errors.js';
import { isPublicAddress } from './special-addresses.js';

/** Finds all addresses of a host name. @throws Error where it has none */
export type Resolve = (host: string) => Promise<readonly string[]>;

/** A URL that passed the rules, and the addresses to which a connection may be opened. */
export interface Destination {
  readonly url: URL;
  readonly addresses: readonly string[];
}

/**
 * Checks a URL by its form and resolves its host, once: the connection must go to one of the addresses that were checked,
 * or a name server could answer with another one the second time.
 * @throws OutboundRefusedError where the rules forbid it
 * @throws OutboundFailedError where the host has no address
 */
export async function findDestination(text: string, allow: AllowList, resolve: Resolve): Promise<Destination> {
  const url = parseOutboundUrl(text);
  // The parser has turned decimal, octal and hexadecimal hosts into dotted ones.
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1').replace(/\.$/, '');
  const found = isIP(host) ? [host] : await resolveHost(host, resolve);
  const addresses = allow.hasHost(host)
    ? found
    : found.filter((address) => isPublicAddress(address) || allow.hasAddress(address));
  if (addresses.length === 0) {
    throw new OutboundRefusedError(
      `${host} is not on the public Internet; LANTERN_OUTBOUND_ALLOW can allow its address or its name`,
    );
  }
  return { url, addresses };
}

/**
 * Reads a URL that may be asked for.
 * @throws OutboundRefusedError where it is malformed, not http or https, or carries a user's name
 */
export function parseOutboundUrl(text: string): URL {
  const url = text.length <= 8192 && URL.canParse(text) ? new URL(text) : undefined;
  if (!url) throw new OutboundRefusedError('The address is not a URL');
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new OutboundRefusedError(`The address begins with ${url.protocol}//; only http:// and https:// are asked`);
  }
  if (url.username !== '' || url.password !== '') {
    throw new OutboundRefusedError('The address holds a user name or password; send them in a header');
  }
  return url;
}

async function resolveHost(host: string, resolve: Resolve): Promise<readonly string[]> {
  try {
    const addresses = await resolve(host);
    if (addresses.length > 0) return addresses;
  } catch (cause) {
    throw new OutboundFailedError(`${host} was not found`, { cause });
  }
  throw new OutboundFailedError(`${host} has no address`);
}
