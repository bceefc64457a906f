/** The way to an API server: through a proxy or past it. */
import { BlockList, isIP } from 'node:net';
import type { ClusterTarget } from '../../core/cluster.ts';
import { PbError } from '../../core/diagnostic.ts';

/** The proxy to use for `server`, if any; `configured` is the kubeconfig's proxy-url. Throws PbError 'kube' where it is no URL. */
export function proxyFor(server: string, target: ClusterTarget, configured: string | undefined): string | undefined {
  const proxy = target.proxy ?? configured;
  if (proxy === undefined || passes(new URL(server).hostname, target.no_proxy ?? '')) return undefined;
  const url = proxy.includes('://') ? proxy : `http://${proxy}`;
  if (URL.canParse(url)) return url;
  throw new PbError('kube', 'proxy is no URL', { hint: 'write it as http://proxy.example:3128, https:// or socks5://' });
}

/** Headers of the CONNECT request; the API server never sees them. */
export function proxyHeaders({ proxy_headers: given = {} }: ClusterTarget): { readonly [name: string]: string } {
  const basic = (pair: string): string => `Basic ${Buffer.from(pair).toString('base64')}`;
  return {
    ...(given.proxy_basic_auth ? { 'proxy-authorization': basic(given.proxy_basic_auth) } : {}),
    ...(given.basic_auth ? { authorization: basic(given.basic_auth) } : {}),
    ...(given.user_agent ? { 'user-agent': given.user_agent } : {}),
  };
}

/** Names match as ends ("lab.example" is also api.lab.example), addresses by their networks; "*" is everything. */
function passes(host: string, without: string): boolean {
  const name = host.replace(/^\[|\]$/g, '');
  const words = without.split(',').map((word) => word.trim());
  return words.some((word) => word === '*' || (word !== '' && (within(name, word) || isBelow(name, word.replace(/^\./, '')))));
}

const isBelow = (name: string, domain: string): boolean => name === domain || name.endsWith(`.${domain}`);

function within(name: string, network: string): boolean {
  const [base = '', bits = ''] = network.split('/');
  if (isIP(name) === 0 || isIP(name) !== isIP(base) || !/^\d{1,3}$/.test(bits)) return false;
  const family = isIP(name) === 4 ? 'ipv4' : 'ipv6';
  const known = new BlockList();
  known.addSubnet(base, Math.min(Number(bits), family === 'ipv4' ? 32 : 128), family);
  return known.check(name, family);
}
