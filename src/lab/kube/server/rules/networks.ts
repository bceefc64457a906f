/** Addresses and networks in rules: ip(), cidr(), url() and their questions, after k8s.io/apiserver's CEL libraries. */
import { BlockList, isIP } from 'node:net';
import type { Environment } from '@marcbachmann/cel-js';

/** Values of types that rules have besides CEL's own: the library tells types by their constructor. */
class Address {
  readonly value: string;
  constructor(value: string) {
    this.value = value;
  }
}
class Network {
  readonly address: string;
  readonly bits: number;
  constructor(address: string, bits: number) {
    this.address = address;
    this.bits = bits;
  }
}

/** What stands before the dot of `ip.isCanonical(…)`. */
class Addresses {}

const family = (address: string): 4 | 6 => (isIP(address) === 4 ? 4 : 6);
const familyName = (address: string): 'ipv4' | 'ipv6' => (family(address) === 4 ? 'ipv4' : 'ipv6');
/** Go's parser takes no IPv4 address in IPv6's form, and no zone. */
const isAddress = (value: string): boolean => isIP(value) !== 0 && !/%|^::ffff:\d+\./i.test(value);

function networkOf(value: string): Network | undefined {
  const [, address = '', bits = ''] = /^([^/]+)\/(0|[1-9]\d{0,2})$/.exec(value) ?? [];
  if (!isAddress(address) || bits === '' || Number(bits) > (family(address) === 4 ? 32 : 128)) return undefined;
  return new Network(address, Number(bits));
}

function within(network: Network, address: string): boolean {
  if (family(address) !== family(network.address)) return false;
  const blocks = new BlockList();
  blocks.addSubnet(network.address, network.bits, familyName(network.address));
  return blocks.check(address, familyName(address));
}

const special: { readonly [question: string]: readonly string[] } = {
  isUnspecified: ['0.0.0.0/32', '::/128'],
  isLoopback: ['127.0.0.0/8', '::1/128'],
  isLinkLocalMulticast: ['224.0.0.0/24', 'ff02::/16'],
  isLinkLocalUnicast: ['169.254.0.0/16', 'fe80::/10'],
};
const isIn = (address: string, networks: readonly string[]): boolean =>
  networks.some((one) => {
    const network = networkOf(one);
    return network !== undefined && within(network, address);
  });

/** Its own address with the bits of the host cleared. */
function masked(network: Network): Network {
  const parts = family(network.address) === 4 ? network.address.split('.').map(Number) : groups(network.address);
  const size = family(network.address) === 4 ? 8 : 16;
  const cleared = parts.map((part, index) => {
    const left = Math.min(Math.max(network.bits - index * size, 0), size);
    return part & (2 ** size - 2 ** (size - left));
  });
  const address = size === 8 ? cleared.join('.') : canonical6(cleared.map((one) => one.toString(16)).join(':'));
  return new Network(address, network.bits);
}

/** The eight groups of an IPv6 address. */
function groups(address: string): number[] {
  const [head = '', tail] = address.split('::');
  const read = (part: string): number[] => (part === '' ? [] : part.split(':').map((one) => Number.parseInt(one, 16)));
  const [first, last] = [read(head), read(tail ?? '')];
  return [...first, ...Array<number>(8 - first.length - last.length).fill(0), ...last];
}
const canonical6 = (address: string): string => new URL(`http://[${address}]`).hostname.slice(1, -1);
const canonical = (address: string): string => (family(address) === 4 ? address : canonical6(address));

function must<T>(value: T | undefined, complaint: string): T {
  if (value === undefined) throw new Error(complaint);
  return value;
}
const readAddress = (value: string): Address =>
  must(isAddress(value) ? new Address(value) : undefined, `IP Address ${JSON.stringify(value)} parse error`);
const readNetwork = (value: string): Network =>
  must(networkOf(value), `network address parse error during conversion from string: ${value}`);
/** Absolute, or a path: Go's ParseRequestURI. */
const parsedUrl = (value: string): URL | undefined => {
  const isRooted = value.startsWith('/');
  if (!isRooted && !/^[A-Za-z][A-Za-z\d+.-]*:/.test(value)) return undefined;
  const base = isRooted ? 'path://' : undefined;
  return URL.canParse(value, base) ? new URL(value, base) : undefined;
};
const schemeOf = (url: URL): string => (url.protocol === 'path:' ? '' : url.protocol.slice(0, -1));

export function addNetworks(env: Environment): void {
  env.registerType('kubernetes.IP', Address).registerType('kubernetes.CIDR', Network).registerType('kubernetes.URL', URL);
  env.registerFunction('isIP(string): bool', isAddress);
  env.registerFunction('ip(string): kubernetes.IP', readAddress);
  env.registerType('kubernetes.Addresses', Addresses).registerConstant('ip', 'kubernetes.Addresses', new Addresses());
  env.registerFunction(
    'kubernetes.Addresses.isCanonical(string): bool',
    (_: Addresses, value: string) => canonical(readAddress(value).value) === value,
  );
  env.registerFunction('string(kubernetes.IP): string', (one: Address) => canonical(one.value));
  env.registerFunction('kubernetes.IP.family(): int', (one: Address) => BigInt(family(one.value)));
  for (const [question, networks] of Object.entries(special)) {
    env.registerFunction(`kubernetes.IP.${question}(): bool`, (one: Address) => isIn(one.value, networks));
  }
  env.registerFunction(
    'kubernetes.IP.isGlobalUnicast(): bool',
    (one: Address) => !isIn(one.value, [...Object.values(special).flat(), '224.0.0.0/4', 'ff00::/8', '255.255.255.255/32']),
  );
  env.registerFunction('isCIDR(string): bool', (value: string) => networkOf(value) !== undefined);
  env.registerFunction('cidr(string): kubernetes.CIDR', readNetwork);
  env.registerFunction('string(kubernetes.CIDR): string', (one: Network) => `${canonical(one.address)}/${one.bits}`);
  env.registerFunction('kubernetes.CIDR.ip(): kubernetes.IP', (one: Network) => new Address(one.address));
  env.registerFunction('kubernetes.CIDR.prefixLength(): int', (one: Network) => BigInt(one.bits));
  env.registerFunction('kubernetes.CIDR.masked(): kubernetes.CIDR', masked);
  env.registerFunction('kubernetes.CIDR.containsIP(string): bool', (one: Network, ip: string) => within(one, readAddress(ip).value));
  env.registerFunction('kubernetes.CIDR.containsIP(kubernetes.IP): bool', (one: Network, ip: Address) => within(one, ip.value));
  const contains = (one: Network, other: Network): boolean => other.bits >= one.bits && within(one, other.address);
  env.registerFunction('kubernetes.CIDR.containsCIDR(string): bool', (one: Network, other: string) => contains(one, readNetwork(other)));
  env.registerFunction('kubernetes.CIDR.containsCIDR(kubernetes.CIDR): bool', contains);
  env.registerFunction('isURL(string): bool', (value: string) => parsedUrl(value) !== undefined);
  env.registerFunction('url(string): kubernetes.URL', (value: string) =>
    must(parsedUrl(value), `URL parse error during conversion from string: ${value}`),
  );
  env.registerFunction('kubernetes.URL.getScheme(): string', schemeOf);
  env.registerFunction('kubernetes.URL.getHost(): string', (url: URL) => url.host);
  env.registerFunction('kubernetes.URL.getHostname(): string', (url: URL) => url.hostname.replace(/^\[|\]$/g, ''));
  env.registerFunction('kubernetes.URL.getPort(): string', (url: URL) => url.port);
  env.registerFunction('kubernetes.URL.getEscapedPath(): string', (url: URL) => url.pathname);
  env.registerFunction('kubernetes.URL.getQuery(): map<string, list<string>>', (url: URL) =>
    Object.fromEntries([...new Set(url.searchParams.keys())].map((name) => [name, url.searchParams.getAll(name)])),
  );
}
