/** The machine as a whole: journalctl, ps, reboot, ip. */
import { type Call, fail, type Live, ok, type Program, type Result } from './program.ts';
import { say } from './streams.ts';

function ps(args: readonly string[], { context }: Call): Result {
  const rows = context.kernel.processes();
  const wide = args.some((arg) => /[eaxA]/.test(arg));
  const mine = wide ? rows : rows.filter(({ uid }) => uid === context.who.uid);
  const only = args.includes('-p') ? mine.filter(({ pid }) => String(pid) === args[args.indexOf('-p') + 1]) : mine;
  const name = (uid: number): string => context.world.users.find((user) => user.uid === uid)?.name ?? String(uid);
  const lines = only.map(
    ({ pid, ppid, uid, argv }) =>
      `${name(uid).padEnd(8)} ${String(pid).padStart(7)} ${String(ppid).padStart(7)}  0 00:00 ?        00:00:00 ${argv.join(' ')}\n`,
  );
  return { code: only.length > 0 ? 0 : 1, stdout: `UID          PID    PPID  C STIME TTY          TIME CMD\n${lines.join('')}` };
}

function ip(args: readonly string[], { context }: Call): Result {
  const [object = ''] = args.filter((arg) => !arg.startsWith('-'));
  if (!/^a/.test(object)) return fail(`Object "${object}" is unknown, try "ip help".`);
  const lines = context.world.addresses
    .map((address) => `    inet ${address}/24 brd 192.0.2.255 scope global noprefixroute ens192\n`)
    .join('');
  return ok(
    `1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN\n    inet 127.0.0.1/8 scope host lo\n2: ens192: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc mq state UP\n${lines}`,
  );
}

/** The machine goes down with everything that runs on it. */
const reboot: Live = {
  names: ['reboot', 'shutdown'],
  async live(machine, process) {
    if (process.who.uid !== 0) {
      await say(
        process,
        'Failed to set wall message, ignoring: Interactive authentication required.\nFailed to reboot system via logind: Interactive authentication required.\n',
      );
      return 1;
    }
    machine.onReboot();
    return 0;
  },
};

export const machinePrograms: readonly Program[] = [
  { names: ['journalctl'], run: () => ok('-- No entries --\n') },
  { names: ['ps'], run: ps },
  { names: ['ip'], run: ip },
  reboot,
];
