/** A user's table of cron(8). */
import { PbError } from '../core/diagnostic.ts';
import { defineProbe } from '../core/probe.ts';

/** Of the user in force where none is named; '' where there is none. Throws PbError 'exec' where cron is missing. */
export const crontab = defineProbe<string | null, string>({
  name: 'crontab',
  argv: (user) => ['env', 'LC_ALL=C', 'crontab', ...(user === null ? [] : ['-u', user]), '-l'],
  parse(out, user) {
    if (out.code === 0) return out.stdout;
    if (out.code === 1 && /no crontab for|can't open/.test(out.stderr)) return '';
    const hint = out.code === 127 ? 'install cron (cronie), or use a systemd timer' : 'another user’s table needs become: true';
    throw new PbError('exec', `crontab${user === null ? '' : ` of ${user}`}: exit code ${out.code}: ${out.stderr.trim()}`, { hint });
  },
});
