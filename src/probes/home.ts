/** The home directory that `~` or `~user` stands for. */
import { PbError } from '../core/diagnostic.ts';
import { defineProbe } from '../core/probe.ts';

/** `user` empty: the user the connection works as. Throws PbError 'args' where there is no such user. */
export const home = defineProbe<string, string>({
  name: 'home',
  // Only letters, digits, dot, dash and underscore reach eval: see `argv`.
  argv: (user) => ['sh', '-c', 'eval "printf %s ~$1"', 'sh', /^[A-Za-z0-9._-]*$/.test(user) ? user : ''],
  parse(out, user) {
    if (out.code === 0 && out.stdout.startsWith('/')) return out.stdout;
    throw new PbError('args', `~${user} has no home directory on this host`, { hint: 'write the path in full' });
  },
});
