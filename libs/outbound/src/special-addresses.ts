import { BlockList, isIPv4, isIPv6 } from 'node:net';

/**
 * IPv4 ranges that are not on the public Internet.
 * https://www.iana.org/assignments/iana-ipv4-special-registry (read 2026-11), and multicast with all above it.
 */
const specialV4: readonly (readonly [network: string, prefix: number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.31.196.0', 24],
  ['192.52.193.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['192.175.48.0', 24],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
  // Azure answers metadata to its virtual machines on this public address.
  ['168.63.129.16', 32],
];

/**
 * Of IPv6 only global unicast is public, less the ranges in it that lead elsewhere: 6to4 and Teredo carry an IPv4 address.
 * https://www.iana.org/assignments/iana-ipv6-special-registry (read 2026-11)
 */
const specialV6: readonly (readonly [network: string, prefix: number])[] = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['2620:4f:8000::', 48],
  ['3fff::', 20],
];

const special = new BlockList();
for (const [network, prefix] of specialV4) special.addSubnet(network, prefix, 'ipv4');
for (const [network, prefix] of specialV6) special.addSubnet(network, prefix, 'ipv6');
const globalUnicastV6 = new BlockList();
globalUnicastV6.addSubnet('2000::', 3, 'ipv6');

/** Whether an IP address is one of a host on the public Internet. Everything that is not known to be is not. */
export function isPublicAddress(address: string): boolean {
  if (isIPv4(address)) return !special.check(address, 'ipv4');
  // A zone (`fe80::1%eth0`) only makes sense on a local link.
  if (!isIPv6(address) || address.includes('%')) return false;
  // IPv4-mapped and NAT64 addresses lie outside of global unicast.
  return globalUnicastV6.check(address, 'ipv6') && !special.check(address, 'ipv6');
}
