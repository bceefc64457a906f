/** A unit as systemd sees it. */
import { PbError } from '../core/diagnostic.ts';
import { defineProbe } from '../core/probe.ts';

export type Unit = {
  /** "loaded", "not-found", "masked". */
  readonly load: string;
  /** "active", "inactive", "failed", "activating". */
  readonly active: string;
  /** "enabled", "disabled", "static", "masked"; '' where there is no unit file. */
  readonly file: string;
  /** Files on disk are newer than what systemd knows: of this unit, or of any where none is named. */
  readonly stale: boolean;
  /** Runs to its end and is inactive again: being started cannot be read back. */
  readonly brief?: true;
};

/** `unit` '': all of them, for daemon_reload alone. `user`: the manager of the user in force. */
export const systemdUnit = defineProbe<{ readonly unit: string; readonly user: boolean }, Unit>({
  name: 'systemd-unit',
  argv: ({ unit, user }) => [
    ...(['env', 'LC_ALL=C', 'systemctl'] as const),
    ...(user ? ['--user'] : []),
    ...[
      'show',
      '--no-pager',
      '--property=LoadState,ActiveState,UnitFileState,NeedDaemonReload,Type,RemainAfterExit',
      '--',
      unit === '' ? '*' : unit,
    ],
  ],
  parse(out, { unit }) {
    if (out.code !== 0) {
      throw new PbError('exec', `systemctl show ${unit}: exit code ${out.code}: ${out.stderr.trim()}`, {
        hint: 'is this a host with systemd?',
      });
    }
    const value = (name: string): string => new RegExp(`^${name}=(.*)$`, 'm').exec(out.stdout)?.[1] ?? '';
    return {
      load: value('LoadState'),
      active: value('ActiveState'),
      file: value('UnitFileState'),
      stale: /^NeedDaemonReload=yes$/m.test(out.stdout),
      ...(value('Type') === 'oneshot' && value('RemainAfterExit') === 'no' ? { brief: true as const } : {}),
    };
  },
});
