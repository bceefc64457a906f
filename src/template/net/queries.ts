/** What `ipaddr('…')` can be asked about one address. None: the question does not apply, which drops it from a list; False: it does not fit. */
import { int, type V } from '../value/model.ts';
import { fail } from '../value/undef.ts';
import { type Address, holds, last, netmask, network, parseAddress, range, show, size, usable, width } from './address.ts';

type Query = (a: Address) => V;

const ip = (a: Address): string => show(a.value, a.version);
const withPrefix = (a: Address): string => `${ip(a)}/${a.prefix}`;
const subnet = (a: Address): string => `${show(network(a), a.version)}/${a.prefix}`;
const single = (a: Address): boolean => a.prefix === width(a.version);
const isHost = (a: Address): boolean => single(a) || a.value !== network(a) || (size(a) === 2n && a.version === 4);
const plain = (a: Address): string => (a.hasPrefix ? withPrefix(a) : ip(a));
const when =
  (check: (a: Address) => boolean): Query =>
  (a) =>
    check(a) ? plain(a) : null;
const wildcard = (a: Address): string => show(size(a) - 1n, a.version);

const network_ =
  (get: (a: Address) => V): Query =>
  (a) =>
    single(a) && !a.hasPrefix ? fail('Not a network address') : single(a) ? null : get(a);

function reverse(a: Address): string {
  if (a.version === 4) return `${ip(a).split('.').reverse().join('.')}.in-addr.arpa.`;
  return `${[...a.value.toString(16).padStart(32, '0')].reverse().join('.')}.ip6.arpa.`;
}

function peer(a: Address): V {
  if (a.version !== 4 || single(a)) return fail('Not a point-to-point network');
  if (size(a) === 2n) return show(a.value ^ 1n, 4);
  if (size(a) !== 4n) return fail('Not a point-to-point network');
  const at = a.value - network(a);
  return at === 1n || at === 2n ? show(network(a) + 3n - at, 4) : fail(`${at === 0n ? 'Network' : 'Broadcast'} address of /30 has no peer`);
}

function neighbour(a: Address, by: bigint): V {
  if (single(a)) return null;
  const next = a.value + by;
  const { first, last: end } = usable(a);
  return next >= first && next <= end ? show(next, a.version) : null;
}

function sixToFour(a: Address): V {
  if (a.version !== 4) return false;
  const hex = a.value.toString(16).padStart(8, '0');
  return `2002:${hex.slice(0, 4)}:${hex.slice(4)}::1/48`;
}

const toV4 = (a: Address): V => {
  if (a.version === 4) return withPrefix(a);
  return a.value >> 32n === 0xffffn ? `${show(a.value & 0xffffffffn, 4)}/${Math.max(0, a.prefix - 96)}` : false;
};
const toV6 = (a: Address): V => (a.version === 6 ? withPrefix(a) : `${show((0xffffn << 32n) + a.value, 6)}/${a.prefix + 96}`);

const host: Query = (a) => (isHost(a) ? withPrefix(a) : null);
const hostStrict: Query = (a) => (isHost(a) ? withPrefix(a) : false);
const hostIn =
  (text: (a: Address) => V): Query =>
  (a) =>
    !single(a) && isHost(a) ? text(a) : null;

const NAMED: readonly (readonly [string, Query])[] = [
  ['', plain],
  ['bool', () => true],
  ['host', host],
  ['host/prefix hostnet address/prefix cidr gateway gw router', hostStrict],
  ['address ip', (a) => (isHost(a) || !a.hasPrefix ? ip(a) : null)],
  ['ip/prefix', hostIn(withPrefix)],
  ['ip_netmask', hostIn((a) => `${ip(a)} ${show(netmask(a), a.version)}`)],
  ['net', (a) => (!single(a) && a.value === network(a) ? subnet(a) : null)],
  ['network network_id', (a) => show(network(a), a.version)],
  ['network/prefix subnet', subnet],
  ['network_netmask', (a) => `${show(network(a), a.version)} ${show(netmask(a), a.version)}`],
  ['network_wildcard', (a) => `${show(network(a), a.version)} ${wildcard(a)}`],
  ['netmask', (a) => show(netmask(a), a.version)],
  ['hostmask wildcard', wildcard],
  ['broadcast', (a) => (size(a) > 2n ? show(last(a), a.version) : null)],
  ['prefix', (a) => a.prefix],
  ['size', (a) => int(size(a))],
  ['size_usable', (a) => (single(a) ? 0 : int(size(a) === 2n ? 2n : size(a) - 2n))],
  ['first_usable', network_((a) => show(usable(a).first, a.version))],
  ['last_usable', network_((a) => show(usable(a).last, a.version))],
  ['range_usable', network_((a) => `${show(usable(a).first, a.version)}-${show(usable(a).last, a.version)}`)],
  ['next_usable', (a) => neighbour(a, 1n)],
  ['previous_usable', (a) => neighbour(a, -1n)],
  ['peer', peer],
  ['int', (a) => (a.hasPrefix ? `${a.value}/${a.prefix}` : int(a.value))],
  ['revdns', reverse],
  ['version', (a) => a.version],
  ['type', (a) => (!single(a) && a.value === network(a) ? 'network' : 'address')],
  ['private', when((a) => ['private', 'uniqueLocal'].includes(range(a)))],
  ['public', when((a) => range(a) === 'unicast')],
  ['loopback lo', when((a) => range(a) === 'loopback')],
  ['multicast', when((a) => range(a) === 'multicast')],
  ['unicast', when((a) => range(a) !== 'multicast')],
  ['link-local', when((a) => range(a) === 'linkLocal')],
  ['wrap', (a) => wrapped(a)],
  ['ipv4 v4 4', toV4],
  ['ipv6 v6 6', toV6],
  ['6to4', sixToFour],
];
const QUERIES = new Map(NAMED.flatMap(([names, query]) => names.split(' ').map((name) => [name, query] as const)));

/** IPv6 addresses in brackets, as URLs want them. */
export const wrapped = (a: Address): string => (a.version === 4 ? plain(a) : `[${ip(a)}]${a.hasPrefix ? `/${a.prefix}` : ''}`);

/** Answers a question by name, by a network the address must lie in, or by its index in the network. */
export function ask(a: Address, query: string): V {
  const known = QUERIES.get(query);
  if (known) return known(a);
  if (/^-?\d+$/.test(query)) {
    const index = BigInt(query);
    const value = index < 0n ? last(a) + 1n + index : network(a) + index;
    return value >= network(a) && value <= last(a) ? `${show(value, a.version)}/${a.prefix}` : false;
  }
  const outer = parseAddress(query);
  if (outer) return holds(outer, a) ? plain(a) : null;
  return fail(`unknown filter type: ${query}`);
}

export { plain };
