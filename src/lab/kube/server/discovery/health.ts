/** /healthz, /livez and /readyz, whole or check by check. */
import type { Answer, Call } from '../http/call.ts';
import { NoSuchPath } from '../http/status.ts';

const checks = ['ping', 'log', 'etcd', 'poststarthook/generic-apiserver-start-informers', 'poststarthook/start-apiextensions-controllers'];

export const isHealthPath = (path: string): boolean => /^\/(healthz|livez|readyz)(\/|$)/.test(path);

/** `?verbose` lists the checks, `?exclude=NAME` leaves one out. This server is well as long as it answers. */
export function healthAnswer(path: string, { query }: Call): Answer {
  const [, root = '', ...rest] = path.split('/');
  const name = rest.join('/');
  if (name && !checks.includes(name)) throw new NoSuchPath();
  if (name || !query.has('verbose')) return { status: 200, text: 'ok' };
  const excluded = query.getAll('exclude');
  const lines = checks.map((one) => (excluded.includes(one) ? `[+]${one} excluded: ok` : `[+]${one} ok`));
  return { status: 200, text: `${[...lines, `${root} check passed`].join('\n')}\n` };
}
