/** The fence around everything that only looks: check mode's second line, behind the types. */
import { PbError } from '../../core/diagnostic.ts';
import type { Ask, Http } from './http.ts';

/** Paths whose GET acts: they open a channel into a container, a port or a service. */
const ACTING = /\/(?:exec|attach|portforward|proxy)(?:\/|$)/;

export function fence(ask: Ask): void {
  const harmless = ask.method === 'GET' ? !ACTING.test(ask.path) : ask.query?.['dryRun'] === 'All';
  if (!harmless) throw new PbError('bug', `a reader asked for ${ask.method} ${ask.path}, which would change the cluster`);
}

/** The same requests, without any that could change something. */
export const fenced = (http: Http): Http => ({
  ...http,
  send: async (ask, signal) => {
    fence(ask);
    return http.send(ask, signal);
  },
  stream: async (ask, signal) => {
    fence(ask);
    return http.stream(ask, signal);
  },
});
