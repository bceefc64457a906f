/** Tests of ansible.utils on addresses. */
import { plugin } from '../eval/plugin.ts';
import { items } from '../filters/args.ts';
import { macDigits } from '../filters/mac.ts';
import { type Address, isHostmask, isNetmask, isPrivate, network, parseAddress, range, within } from '../net/address.ts';
import type { V } from '../value/model.ts';
import { fail } from '../value/undef.ts';

const parse = (value: V): Address | undefined => (typeof value === 'string' && !/^\d+$/.test(value) ? parseAddress(value) : undefined);
const need = (value: V): Address => parse(value) ?? fail(`not an address or network: ${String(value)}`);

/** A network must be written with its own address: 10.0.0.1/24 is neither address nor network. */
const exact = (a: Address): boolean => !a.hasPrefix || a.value === network(a);

const is = (name: string, check: (a: Address) => boolean) =>
  plugin(name, 'value', (_, value) => {
    const address = parse(value);
    return address !== undefined && exact(address) && check(address);
  });

const inside = (value: V, outer: V): boolean => {
  const [a, b] = [parse(value), parse(outer)];
  return a !== undefined && b !== undefined && within(a, b);
};

export const netTests = [
  is('ip', () => true),
  is('ip_address', (a) => !a.hasPrefix),
  is('ipv4', (a) => a.version === 4),
  is('ipv4_address', (a) => a.version === 4 && !a.hasPrefix),
  is('ipv6', (a) => a.version === 6),
  is('ipv6_address', (a) => a.version === 6 && !a.hasPrefix),
  is('ipv6_ipv4_mapped', (a) => a.version === 6 && a.value >> 32n === 0xffffn),
  is('loopback', (a) => range(a) === 'loopback'),
  is('multicast', (a) => range(a) === 'multicast'),
  is('private', isPrivate),
  is('public', (a) => range(a) === 'unicast'),
  is('reserved', (a) => range(a) === 'reserved'),
  is('unspecified', (a) => range(a) === 'unspecified'),
  plugin('ipv4_netmask', 'value', (_, value) => typeof value === 'string' && isNetmask(value)),
  plugin('ipv4_hostmask', 'value', (_, value) => typeof value === 'string' && isHostmask(value)),
  plugin('mac', 'value', (_, value) => typeof value === 'string' && macDigits(value) !== undefined),
  plugin('in_network subnet_of', 'value, network', (_, value, outer) => inside(value, outer)),
  plugin('supernet_of', 'value, network', (_, value, inner) => inside(inner, value)),
  plugin('in_any_network', 'value, networks', (f, value, networks) => items(f, networks).some((each) => inside(value, each))),
  plugin(
    'in_one_network',
    'value, networks',
    (f, value, networks) => items(f, networks).filter((each) => within(need(value), need(each))).length === 1,
  ),
];
