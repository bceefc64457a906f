/** ps, pgrep and pidof: what runs for who is logged in, and the daemons of active units. */
import type { World } from '../world/types.ts';
import { type Call, fail, getopt, ok, type Program, type Result } from './program.ts';

interface Row {
  readonly pid: number;
  readonly ppid: number;
  readonly uid: number;
  readonly argv: readonly string[];
}

const FIRST_DAEMON = 1200;
const DAEMONS: { readonly [unit: string]: readonly string[] } = {
  'kubelet.service': ['/usr/bin/kubelet', '--config=/etc/kubernetes/kubelet.conf', '--container-runtime-endpoint=/var/run/crio/crio.sock'],
  'crio.service': ['/usr/bin/crio'],
  'sshd.service': ['sshd: /usr/sbin/sshd -D [listener] 0 of 10-100 startups'],
  'chronyd.service': ['/usr/sbin/chronyd', '-F', '2'],
  'NetworkManager.service': ['/usr/sbin/NetworkManager', '--no-daemon'],
  'multipathd.service': ['/sbin/multipathd', '-d', '-s'],
  'iscsid.service': ['/usr/sbin/iscsid', '-f'],
};

/** The daemon's process; 0 while the unit does not run. */
export const mainPid = ({ units }: World, name: string): number => {
  const at = units.findIndex((unit) => unit.name === name);
  return at >= 0 && units[at]?.active === 'active' ? FIRST_DAEMON + at : 0;
};

function rowsOf({ context }: Call): readonly Row[] {
  const daemons = context.world.units.flatMap(({ name }): Row[] => {
    const pid = mainPid(context.world, name);
    const argv = DAEMONS[name];
    return pid > 0 && argv ? [{ pid, ppid: 1, uid: 0, argv }] : [];
  });
  return [...context.kernel.processes(), ...daemons].sort((a, b) => a.pid - b.pid);
}

function ps(args: readonly string[], call: Call): Result {
  const { world, who } = call.context;
  const rows = rowsOf(call);
  const wide = args.some((arg) => /^-?[a-zA-Z]*[eaxA]/.test(arg));
  const only = args.includes('-p') ? rows.filter(({ pid }) => String(pid) === args[args.indexOf('-p') + 1]) : undefined;
  const shown = only ?? (wide ? rows : rows.filter(({ uid }) => uid === who.uid));
  const name = (uid: number): string => world.users.find((user) => user.uid === uid)?.name ?? String(uid);
  const bsd = args.some((arg) => /^[a-z]*u[a-z]*$/.test(arg));
  const line = ({ pid, ppid, uid, argv }: Row): string =>
    bsd
      ? `${name(uid).padEnd(8)} ${String(pid).padStart(7)}  0.0  0.0   4096  2048 ?        Ss   00:00   0:00 ${argv.join(' ')}\n`
      : `${name(uid).padEnd(8)} ${String(pid).padStart(7)} ${String(ppid).padStart(7)}  0 00:00 ?        00:00:00 ${argv.join(' ')}\n`;
  const head = bsd
    ? 'USER         PID %CPU %MEM    VSZ   RSS TTY      STAT START   TIME COMMAND\n'
    : 'UID          PID    PPID  C STIME TTY          TIME CMD\n';
  return { code: shown.length > 0 ? 0 : 1, stdout: `${head}${shown.map(line).join('')}` };
}

const command = ({ argv }: Row): string => (argv[0] ?? '').replace(/[: ].*$/, '').replace(/^.*\//, '');

function pgrep(args: readonly string[], call: Call): Result {
  const { flags, rest, unknown } = getopt(args, {
    short: 'afxlcu:',
    long: { 'list-full': 'a', full: 'f', exact: 'x', 'list-name': 'l', count: 'c' },
  });
  const [pattern] = rest;
  if (unknown || pattern === undefined)
    return fail(`pgrep: ${unknown ?? 'no matching criteria specified'}\nTry \`pgrep --help' for more information.`, 2);
  const wanted = new RegExp(flags.has('x') ? `^(?:${pattern})$` : pattern);
  const found = rowsOf(call).filter(
    (row) => row.pid !== call.context.pid && wanted.test(flags.has('f') ? row.argv.join(' ') : command(row)),
  );
  const lines = found.map((row) => `${row.pid}${flags.has('a') ? ` ${row.argv.join(' ')}` : flags.has('l') ? ` ${command(row)}` : ''}\n`);
  return { code: found.length > 0 ? 0 : 1, stdout: flags.has('c') ? `${found.length}\n` : lines.join('') };
}

function pidof(args: readonly string[], call: Call): Result {
  const found = rowsOf(call).filter((row) => args.includes(command(row)));
  return found.length > 0
    ? ok(
        `${found
          .map(({ pid }) => pid)
          .reverse()
          .join(' ')}\n`,
      )
    : { code: 1 };
}

export const processPrograms: readonly Program[] = [
  { names: ['ps'], run: ps },
  { names: ['pgrep'], run: pgrep },
  { names: ['pidof'], run: pidof },
];
