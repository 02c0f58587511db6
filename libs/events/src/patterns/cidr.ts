import { BlockList, isIPv4, isIPv6 } from 'node:net';
import { PatternError } from './pattern-error.js';

/**
 * Compiles a range of addresses in CIDR notation, of IPv4 or IPv6.
 * @throws PatternError in EventBridge's words
 */
export function compileCidr(cidr: string): (address: string) => boolean {
  const [address = '', mask, ...more] = cidr.split('/');
  if (mask === undefined || more.length > 0) throw new PatternError("Malformed CIDR, one '/' required");
  if (!/^\d{1,3}$/.test(mask)) throw new PatternError('Malformed CIDR, mask bits must be an integer');
  const family = isIPv4(address) ? 'ipv4' : isIPv6(address) ? 'ipv6' : undefined;
  if (!family) throw new PatternError(`Nonstandard IP address: ${address}`);
  const bits = Number(mask);
  if (bits > (family === 'ipv4' ? 32 : 128)) throw new PatternError('Malformed CIDR, mask bits out of range');
  const range = new BlockList();
  range.addSubnet(address, bits, family);
  return (text) => (family === 'ipv4' ? isIPv4(text) : isIPv6(text)) && range.check(text, family);
}
