import { describe, expect, it } from 'vitest';
import { parseAllowList } from './allow-list.js';
import { isPublicAddress } from './special-addresses.js';

describe('isPublicAddress', () => {
  it.each(['8.8.8.8', '1.1.1.1', '93.184.215.14', '172.15.255.255', '172.32.0.0', '100.128.0.0', '2606:4700::1111'])(
    'knows %s as public',
    (address) => expect(isPublicAddress(address)).toBe(true),
  );

  it.each([
    '0.0.0.0',
    '10.0.0.1',
    '100.64.0.1',
    '100.100.100.200',
    '127.0.0.1',
    '127.255.255.254',
    '169.254.169.254',
    '168.63.129.16',
    '172.16.0.1',
    '172.31.255.255',
    '192.0.0.192',
    '192.168.1.1',
    '198.18.0.1',
    '203.0.113.7',
    '224.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::ffff:127.0.0.1',
    '::ffff:7f00:1',
    '::ffff:8.8.8.8',
    '::127.0.0.1',
    '64:ff9b::a00:1',
    '64:ff9b:1::1',
    '100::1',
    '2001::1',
    '2001:db8::1',
    '2002:7f00:1::1',
    'fc00::1',
    'fd00:ec2::254',
    'fe80::1',
    'fe80::1%eth0',
    'fec0::1',
    'ff02::1',
    'no address',
    '',
  ])('knows %s as not public', (address) => expect(isPublicAddress(address)).toBe(false));
});

describe('parseAllowList', () => {
  it('holds addresses, networks and names', () => {
    const allow = parseAllowList([' 10.1.0.0/16', 'FD00::/8', '192.168.7.7', 'Hooks.internal', '']);
    const inside = ['10.1.2.3', '::ffff:10.1.2.3', 'fd12::1', '192.168.7.7'];
    expect(inside.filter((address) => !allow.hasAddress(address))).toEqual([]);
    const outside = ['10.2.0.1', 'fe80::1', 'fd12::1%eth0', '192.168.7.8', '127.0.0.1'];
    expect(outside.filter((address) => allow.hasAddress(address))).toEqual([]);
    expect(allow.hasHost('hooks.internal')).toBe(true);
    expect(allow.hasHost('x.hooks.internal')).toBe(false);
  });

  it('names every entry that is malformed', () => {
    const wrong = ['10.0.0.0/33', '10.0.0.0/', '::/129', 'a b', 'hooks.internal/8', '*.internal', '10.0.0.0/0x8'];
    expect(() => parseAllowList(['127.0.0.1', ...wrong])).toThrow(`: ${wrong.join(', ')}`);
  });
});
