/** Addresses, links and default routes as facts, from the lines of ip(8). Pure. */
import type { JsonObject } from '../core/value.ts';

interface Address {
  readonly interface: string;
  readonly family: string;
  readonly address: string;
  readonly prefix: string;
  readonly scope: string;
  readonly broadcast: string;
}

/** `lines`: of `ip -o addr`, `ip -o link`, and the default routes. */
export function networkFacts(lines: (name: 'addr' | 'link' | 'route' | 'route6') => readonly string[]): JsonObject {
  const addresses = lines('addr').flatMap((line): readonly Address[] => {
    const found = /^\d+:\s+(\S+)\s+(inet6?)\s+([^/\s]+)(?:\/(\d+))?(?: brd (\S+))?.*? scope (\S+)/.exec(line);
    if (!found) return [];
    const [, name = '', family = '', address = '', prefix = family === 'inet' ? '32' : '128', broadcast = '', scope = ''] = found;
    return [{ interface: name, family, address, prefix, scope, broadcast }];
  });
  const links = lines('link').flatMap(linkOf);
  const of = (family: string): readonly Address[] => addresses.filter((one) => one.family === family);
  const listed = (family: string): readonly string[] =>
    of(family)
      .map(({ address }) => address)
      .filter((address) => address !== '127.0.0.1' && address !== '::1');
  return {
    interfaces: [...new Set(links.map(({ device }) => device))],
    all_ipv4_addresses: listed('inet'),
    all_ipv6_addresses: listed('inet6'),
    default_ipv4: defaultRoute(lines('route')[0], of('inet'), links),
    default_ipv6: defaultRoute(lines('route6')[0], of('inet6'), links),
    // As variables they are ansible_eth0, ansible_br_ex: what cannot stand in a name is an underscore.
    ...Object.fromEntries(links.map((link) => [link.device.replace(/\W/g, '_'), interfaceFacts(link, addresses)])),
  };
}

interface Link {
  readonly device: string;
  readonly active: boolean;
  readonly mtu: number;
  readonly type: string;
  readonly macaddress: string;
  readonly promisc: boolean;
}

/** "2: eth0@if5: <BROADCAST,UP,LOWER_UP> mtu 1400 qdisc … state UP … link/ether 02:fc:00:00:00:01 brd ff:ff:ff:ff:ff:ff" */
function linkOf(line: string): readonly Link[] {
  const device = /^\d+:\s+([^:@]+)/.exec(line)?.[1];
  if (device === undefined) return [];
  const [, kind = '', mac = ''] = /\blink\/(\S+)(?: ([0-9a-f:]{11,}))?/.exec(line) ?? [];
  const flags = (/<([^>]*)>/.exec(line)?.[1] ?? '').split(',');
  const mtu = Number(/\bmtu (\d+)/.exec(line)?.[1] ?? 0);
  const macaddress = kind === 'loopback' ? '' : mac;
  return [{ device, active: flags.includes('UP'), mtu, type: kind, macaddress, promisc: flags.includes('PROMISC') }];
}

const mask = (prefix: number): number => (prefix === 0 ? 0 : (0xffffffff << (32 - prefix)) >>> 0);
const dotted = (bits: number): string => [24, 16, 8, 0].map((shift) => (bits >>> shift) & 255).join('.');
const bitsOf = (address: string): number => address.split('.').reduce((sum, part) => (sum << 8) | Number(part), 0) >>> 0;

const ipv4 = ({ address, prefix, broadcast }: Address): JsonObject => ({
  address,
  broadcast,
  netmask: dotted(mask(Number(prefix))),
  network: dotted((bitsOf(address) & mask(Number(prefix))) >>> 0),
  prefix,
});

const ipv6 = ({ address, prefix, scope }: Address): JsonObject => ({ address, prefix, scope });

function interfaceFacts({ device, macaddress, ...link }: Link, addresses: readonly Address[]): JsonObject {
  const own = addresses.filter((one) => one.interface === device);
  const [first, ...others] = own.filter(({ family }) => family === 'inet');
  const six = own.filter(({ family }) => family === 'inet6');
  return {
    device,
    ...link,
    ...(macaddress === '' ? {} : { macaddress }),
    ...(first ? { ipv4: ipv4(first) } : {}),
    ...(others.length > 0 ? { ipv4_secondaries: others.map(ipv4) } : {}),
    ...(six.length > 0 ? { ipv6: six.map(ipv6) } : {}),
  };
}

function defaultRoute(route: string | undefined, addresses: readonly Address[], links: readonly Link[]): JsonObject {
  const device = /\bdev (\S+)/.exec(route ?? '')?.[1];
  const source = /\bsrc (\S+)/.exec(route ?? '')?.[1];
  const candidates = addresses.filter((one) => one.interface === device);
  const own = candidates.find(({ address }) => address === source) ?? candidates.find(({ scope }) => scope === 'global') ?? candidates[0];
  if (!device || !own) return {};
  const gateway = /\bvia (\S+)/.exec(route ?? '')?.[1];
  const link = links.find((one) => one.device === device);
  return {
    interface: device,
    ...(own.family === 'inet' ? { ...ipv4(own), alias: device } : ipv6(own)),
    ...(gateway ? { gateway } : {}),
    ...(link ? { mtu: link.mtu, type: link.type, ...(link.macaddress === '' ? {} : { macaddress: link.macaddress }) } : {}),
  };
}
