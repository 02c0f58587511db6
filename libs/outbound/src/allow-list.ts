import { BlockList, isIP, isIPv6 } from 'node:net';

/** What an operator allows beyond the public Internet. */
export interface AllowList {
  hasAddress(address: string): boolean;
  /** @param host as a URL has it: lower case, without brackets */
  hasHost(host: string): boolean;
}

const hostName = /^(?=.{1,253}$)[a-z\d_]([a-z\d_-]{0,61}[a-z\d_])?(\.[a-z\d_]([a-z\d_-]{0,61}[a-z\d_])?)*$/;

/**
 * Reads an allow list.
 * @param entries addresses (`10.1.2.3`), networks (`10.0.0.0/8`, `fd00::/8`) and exact host names (`hooks.internal`), whose addresses
 *   are then trusted whatever they are
 * @throws Error naming every entry that is none of these
 */
export function parseAllowList(entries: readonly string[]): AllowList {
  const networks = new BlockList();
  const hosts = new Set<string>();
  const wrong: string[] = [];
  for (const entry of entries.map((text) => text.trim().toLowerCase()).filter((text) => text !== '')) {
    const [address = '', prefix] = entry.split('/', 2);
    if (isIP(address)) {
      if (!addNetwork(networks, address, prefix)) wrong.push(entry);
    } else if (prefix === undefined && hostName.test(entry)) hosts.add(entry);
    else wrong.push(entry);
  }
  if (wrong.length > 0) {
    throw new Error(`Neither an address, nor a network such as 10.0.0.0/8, nor a host name: ${wrong.join(', ')}`);
  }
  return {
    hasAddress: (address) => !address.includes('%') && networks.check(address, isIPv6(address) ? 'ipv6' : 'ipv4'),
    hasHost: (host) => hosts.has(host),
  };
}

function addNetwork(networks: BlockList, address: string, prefix: string | undefined): boolean {
  const family = isIPv6(address) ? 'ipv6' : 'ipv4';
  const longest = family === 'ipv6' ? 128 : 32;
  const length = prefix === undefined ? longest : Number(prefix);
  if (address.includes('%') || !/^\d{1,3}$/.test(prefix ?? '0') || length > longest) return false;
  networks.addSubnet(address, length, family);
  return true;
}
