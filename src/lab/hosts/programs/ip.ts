/** ip: links, addresses and routes, in the forms that scripts ask for. */
import type { World } from '../world/types.ts';
import { type Call, fail, ok, type Program, type Result } from './program.ts';

interface Link {
  readonly index: number;
  readonly name: string;
  readonly flags: readonly string[];
  readonly state: string;
  readonly mtu: number;
  readonly queue: string;
  readonly kind: 'loopback' | 'ether';
  readonly mac: string;
  readonly addresses: readonly { readonly local: string; readonly bits: number; readonly scope: string }[];
}

const GATEWAY = '192.0.2.1';
const NAME = 'ens192';

function linksOf({ addresses }: World): readonly Link[] {
  const up = ['UP', 'LOWER_UP'];
  const last = (addresses[0] ?? '0').split('.').map(Number).slice(-3);
  const mac = ['00', '50', '56', ...last.map((byte) => (byte & 255).toString(16).padStart(2, '0'))].join(':');
  return [
    {
      ...{ index: 1, name: 'lo', flags: ['LOOPBACK', ...up], state: 'UNKNOWN', mtu: 65536, queue: 'noqueue', kind: 'loopback' },
      ...{ mac: '00:00:00:00:00:00', addresses: [{ local: '127.0.0.1', bits: 8, scope: 'host' }] },
    },
    {
      ...{ index: 2, name: NAME, flags: ['BROADCAST', 'MULTICAST', ...up], state: 'UP', mtu: 1500, queue: 'mq', kind: 'ether', mac },
      addresses: addresses.map((local) => ({ local, bits: 24, scope: 'global' })),
    },
  ];
}

const headOf = (one: Link): string =>
  `${one.index}: ${one.name}: <${one.flags.join(',')}> mtu ${one.mtu} qdisc ${one.queue} state ${one.state} mode DEFAULT group default qlen 1000`;
const hardOf = (one: Link): string => `link/${one.kind} ${one.mac} brd ${one.kind === 'ether' ? 'ff:ff:ff:ff:ff:ff' : '00:00:00:00:00:00'}`;
const inetOf = (one: Link, { local, bits, scope }: Link['addresses'][number]): string =>
  `inet ${local}/${bits}${one.kind === 'ether' ? ` brd ${local.replace(/\d+$/, '255')}` : ''} scope ${scope}${one.kind === 'ether' ? ' noprefixroute' : ''} ${one.name}`;

function addr(links: readonly Link[], how: ReadonlySet<string>): string {
  if (how.has('br'))
    return links
      .map((one) => `${one.name.padEnd(16)} ${one.state.padEnd(14)} ${one.addresses.map((at) => `${at.local}/${at.bits} `).join('')}\n`)
      .join('');
  if (how.has('o'))
    return links
      .flatMap((one) =>
        one.addresses.map(
          (at) => `${one.index}: ${one.name.padEnd(6)} ${inetOf(one, at)}\\       valid_lft forever preferred_lft forever\n`,
        ),
      )
      .join('');
  return links
    .map((one) => {
      const lines = one.addresses.map((at) => `    ${inetOf(one, at)}\n       valid_lft forever preferred_lft forever\n`);
      return `${headOf(one).replace(' mode DEFAULT', '')}\n${how.has('4') ? '' : `    ${hardOf(one)}\n`}${lines.join('')}`;
    })
    .join('');
}

function link(links: readonly Link[], how: ReadonlySet<string>): string {
  if (how.has('br'))
    return links.map((one) => `${one.name.padEnd(16)} ${one.state.padEnd(14)} ${one.mac} <${one.flags.join(',')}> \n`).join('');
  return links.map((one) => `${headOf(one)}${how.has('o') ? '\\' : '\n'}    ${hardOf(one)}\n`).join('');
}

const asJson = (links: readonly Link[], withAddresses: boolean): readonly object[] =>
  links.map((one) => ({
    ...{ ifindex: one.index, ifname: one.name, flags: one.flags, mtu: one.mtu, qdisc: one.queue, operstate: one.state, group: 'default' },
    ...{ txqlen: 1000, link_type: one.kind, address: one.mac },
    ...(withAddresses
      ? { addr_info: one.addresses.map(({ local, bits, scope }) => ({ family: 'inet', local, prefixlen: bits, scope, label: one.name })) }
      : {}),
  }));

function route({ addresses }: World, how: ReadonlySet<string>, words: readonly string[]): string {
  const [own = ''] = addresses;
  const routes = [
    { dst: 'default', gateway: GATEWAY, dev: NAME, protocol: 'static', metric: 100, flags: [] },
    { dst: own.replace(/\d+$/, '0/24'), dev: NAME, protocol: 'kernel', scope: 'link', prefsrc: own, metric: 100, flags: [] },
  ];
  if (words[0] === 'get') return `${words[1]} via ${GATEWAY} dev ${NAME} src ${own} uid 1000 \n    cache \n`;
  const shown = words.includes('default') ? routes.slice(0, 1) : routes;
  if (how.has('j')) return `${JSON.stringify(shown)}\n`;
  return shown
    .map(
      ({ dst, gateway, dev, protocol, scope, prefsrc, metric }) =>
        `${dst}${gateway ? ` via ${gateway}` : ''} dev ${dev} proto ${protocol}${scope ? ` scope ${scope} src ${prefsrc}` : ''} metric ${metric} \n`,
    )
    .join('');
}

function ip(args: readonly string[], { context }: Call): Result {
  const known: { readonly [option: string]: string } = {
    '-br': 'br',
    '-brief': 'br',
    '-o': 'o',
    '-oneline': 'o',
    '-j': 'j',
    '-json': 'j',
    '-4': '4',
  };
  const options = args.filter((arg) => arg.startsWith('-'));
  const unknown = options.find((option) => !(option in known));
  if (unknown !== undefined) return fail(`Option "${unknown}" is unknown, try "ip -help".`, 255);
  const how = new Set(options.map((option) => known[option] ?? ''));
  const [object = '', ...words] = args.filter((arg) => !arg.startsWith('-'));
  const given = words.filter((word) => !/^(?:s|sh|show|l|ls|list|dev)/.test(word));
  if (/^r(?:o|ou|out|oute)?$/.test(object)) return ok(route(context.world, how, given));
  const isLink = /^l(?:i|in|ink)?$/.test(object);
  if (!isLink && !/^a(?:d|dd|ddr|ddress)?$/.test(object)) return fail(`Object "${object}" is unknown, try "ip help".`);
  const all = linksOf(context.world);
  const links = given[0] === undefined ? all : all.filter(({ name }) => name === given[0]);
  if (links.length === 0) return fail(`Device "${given[0]}" does not exist.`);
  if (how.has('j')) return ok(`${JSON.stringify(asJson(links, !isLink))}\n`);
  return ok(isLink ? link(links, how) : addr(links, how));
}

export const ipProgram: Program = { names: ['ip'], run: ip };
