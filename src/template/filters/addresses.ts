/** The ipaddr family of ansible.utils. */
import type { Frame } from '../eval/frame.ts';
import { checkedItems } from '../eval/operators.ts';
import { plugin } from '../eval/plugin.ts';
import { type Address, expanded, holds, last, network, parseAddress, show, size, usable, width, within } from '../net/address.ts';
import { ask, wrapped } from '../net/queries.ts';
import { Dict, isInt, isList, typeName, type V } from '../value/model.ts';
import { str } from '../value/text.ts';
import { fail } from '../value/undef.ts';
import { items, soft, text, whole } from './args.ts';
import { formatMac, slaac } from './mac.ts';

const parse = (value: V): Address | undefined =>
  typeof value === 'string' || typeof value === 'bigint' || (typeof value === 'number' && isInt(value)) ? parseAddress(value) : undefined;

/** One value: False when it is no address of this version. */
function query(value: V, asked: string, version: V, alias: string): V {
  if (isList(value))
    return value.map((item) => query(item, asked, version, alias)).filter((item) => item !== null && item !== false && item !== '');
  if (value === null || value instanceof Dict) return fail(`Unrecognized type <${typeName(value)}> for ${alias} filter <value>`);
  const address = typeof value === 'boolean' ? undefined : parse(value);
  if (!address || (version !== null && address.version !== Number(version))) return false;
  return ask(address, asked);
}

const family = (name: string, version: number | null) =>
  plugin(name, "value, query='', version=None, alias='ipaddr'", (_, value, asked, given) =>
    query(value, asked === false ? '' : soft(asked), version ?? given, name),
  );

/** An address the filter cannot do without. */
const need = (value: V): Address => parse(value) ?? fail(`'${str(value)}' is not an address or network`);

function subnets(value: V, asked: V, index: V): V {
  const address = parse(value);
  if (!address) return false;
  const net = `${show(network(address), address.version)}/${address.prefix}`;
  if (asked === null || asked === '') return net;
  const single = address.prefix === width(address.version);
  if (/^\d+$/.test(soft(asked))) return bySize(address, Number(soft(asked)), index, single);
  const outer = need(asked);
  if (!within(address, outer)) return fail(`${net} is not in the subnet ${soft(asked)}`);
  return String((network(address) - network(outer)) / size(address) + 1n);
}

function bySize(address: Address, prefix: number, index: V, single: boolean): V {
  const at = index === null || index === '' ? undefined : Number(soft(index));
  const total = width(address.version);
  const shown = (value: bigint, length: number): string => `${show(value, address.version)}/${length}`;
  if (prefix > total) return fail(`Requested subnet size of ${prefix} is invalid`);
  if (single) {
    // The networks round one address, from the widest: an index counts from there.
    const length = at === undefined ? prefix : at < 0 ? total + at : prefix + at;
    return length >= prefix && length < total ? shown(network({ ...address, prefix: length }), length) : false;
  }
  if (prefix < address.prefix) return fail(`Requested subnet size of ${prefix} is invalid`);
  const count = 1n << BigInt(prefix - address.prefix);
  if (at === undefined) return String(count);
  const which = at < 0 ? count + BigInt(at) : BigInt(at);
  return which >= 0n && which < count ? shown(network(address) + which * (1n << BigInt(total - prefix)), prefix) : false;
}

function nth(value: V, by: bigint): V {
  const address = need(value);
  const { first, last: end } = usable(address);
  const at = address.value + by;
  return address.prefix < width(address.version) && at >= first && at <= end ? show(at, address.version) : null;
}

/** The fewest networks that cover the same addresses. */
function merged(all: readonly Address[]): Address[] {
  const sorted = all
    .map((each) => ({ ...each, value: network(each) }))
    .sort((a, b) => a.version - b.version || (a.value < b.value ? -1 : a.value > b.value ? 1 : a.prefix - b.prefix));
  const made: Address[] = [];
  for (const next of sorted) {
    const before = made.at(-1);
    if (before && within(next, before)) continue;
    made.push(next);
    for (;;) {
      const [a, b] = made.slice(-2);
      if (!a || !b || a.version !== b.version || a.prefix !== b.prefix || a.prefix === 0) break;
      const joined = { ...a, prefix: a.prefix - 1 };
      if (network(joined) !== a.value || b.value !== a.value + size(a)) break;
      made.splice(-2, 2, joined);
    }
  }
  return made;
}

function spanning(all: readonly Address[]): Address {
  const [first, ...others] = all;
  let made = first ?? fail('cidr_merge needs at least one network');
  for (const each of others)
    while (!within(each, made)) made = made.prefix > 0 ? { ...made, prefix: made.prefix - 1 } : fail('cannot span both versions');
  return { ...made, value: network(made) };
}

const cidr = (a: Address): string => `${show(network(a), a.version)}/${a.prefix}`;

function listUsable(f: Frame, value: V): V {
  const net = need(value);
  const count = Number(size(net));
  if (count > 65_536) return fail('usable_range is for networks of at most 65536 addresses');
  checkedItems(f, count);
  const ips = Array.from({ length: count }, (_, index) => show(network(net) + BigInt(index), net.version));
  return Dict.of([
    ['usable_ips', ips],
    ['number_of_ips', count],
  ]);
}

const wrap = (value: V): V => {
  if (isList(value)) return value.map(wrap);
  const address = parse(value);
  return address ? wrapped(address) : value;
};

export const addressFilters = [
  family('ipaddr', null),
  family('ipv4', 4),
  family('ipv6', 6),
  plugin('ipwrap', "value, query=''", (_, value) => wrap(value)),
  plugin('ipsubnet', "value, query='', index=None", (_, value, asked, index) => subnets(value, asked, index)),
  plugin('nthhost', 'value, query', (_, value, index) => {
    const net = parse(value);
    if (!net) return false;
    const at = BigInt(whole(index));
    const found = at < 0n ? last(net) + 1n + at : network(net) + at;
    return found >= network(net) && found <= last(net) ? show(found, net.version) : false;
  }),
  plugin('next_nth_usable', 'value, offset', (_, value, by) => nth(value, BigInt(whole(by)))),
  plugin('previous_nth_usable', 'value, offset', (_, value, by) => nth(value, -BigInt(whole(by)))),
  plugin('network_in_network', 'value, test', (_, value, test) => within(need(test), need(value))),
  plugin('network_in_usable', 'value, test', (_, value, test) => {
    const [net, inner] = [need(value), need(test)];
    const { first, last: end } = usable(net);
    return inner.version === net.version && network(inner) >= first && last(inner) <= end;
  }),
  plugin('reduce_on_network', 'value, network', (f, value, net) => {
    const outer = need(net);
    return (typeof value === 'string' ? [value] : items(f, value)).filter((each) => {
      const address = parse(each);
      return address !== undefined && holds(outer, address) && within(address, outer);
    });
  }),
  plugin('cidr_merge', "value, action='merge'", (f, value, action) => {
    const all = items(f, value).map(need);
    return text(action) === 'span'
      ? cidr(spanning(all))
      : text(action) === 'merge'
        ? merged(all).map(cidr)
        : fail('action must be merge or span');
  }),
  plugin('ipmath', 'value, amount', (_, value, by) => {
    const address = need(value);
    const made = address.value + BigInt(whole(by));
    return made >= 0n && made < 1n << BigInt(width(address.version)) ? show(made, address.version) : fail('the result is no address');
  }),
  plugin('usable_range', 'value', (f, value) => listUsable(f, value)),
  plugin('ip4_hex', "value, delimiter=''", (_, value, by) => {
    const address = need(value);
    return (address.value.toString(16).padStart(8, '0').match(/../g) ?? []).join(text(by));
  }),
  plugin('ipv6form', 'value, format', (_, value, form) => {
    const address = need(value);
    return text(form) === 'expand' ? expanded(address.value) : show(address.value, address.version);
  }),
  plugin('slaac', 'value, query', (_, value, mac) => {
    const net = need(value);
    return show(network(net) + slaac(text(mac)), 6);
  }),
  plugin('hwaddr', "value, query='', alias='hwaddr'", (_, value, form) => formatMac(soft(value), text(form))),
  plugin('macaddr', "value, query=''", (_, value, form) => formatMac(soft(value), text(form))),
];
