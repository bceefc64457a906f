/** Restart the host and wait until it is back. */
import type { Change } from '../core/change.ts';
import type { Decision, HostReader } from '../core/module.ts';
import type { JsonObject } from '../core/value.ts';
import { REBOOT_NOTE, type Uptime, uptime } from '../probes/uptime.ts';
import { vouched } from '../probes/vouched.ts';
import { args, change, defineModule, failed, integer, listOf, ok, optional, refused, text } from './define.ts';
import { unlessAway } from './system/reach.ts';

type State = {
  readonly elapsedMs: number;
  /** Null while the host does not answer. */
  readonly seen: Uptime | null;
  /** Why it does not answer, or why test_command did not succeed; '' for neither. */
  readonly trouble: string;
  /** The controller is this very machine. */
  readonly self: boolean;
};

// $1 the note, $2 seconds to wait, $3 the command, $4 more directories of programs. What goes wrong is noted where the next look finds it.
const SCRIPT = `[ "$(id -u)" = 0 ] || { echo 'only root may reboot a host: set become: true' >&2; exit 1; }
cut -d' ' -f1 /proc/uptime >"$1" || exit 1
( trap '' HUP; sleep "$2"; PATH=$PATH:$4; said=$(sh -c "$3" 2>&1) || printf 'exit code %s: %s\\n' $? "$said" >>"$1" ) </dev/null >/dev/null 2>&1 &`;

/** So that the answer to the step is back before the network goes. */
const SOON_S = 1;

const example: State = { elapsedMs: 400, seen: { up: 86_400, boot: '7e1d', asked: null, trouble: '' }, trouble: '', self: false };

export const reboot = defineModule({
  name: 'reboot',
  aliases: ['ansible.builtin.reboot'],
  target: 'host',
  effect: 'converge',
  summary: 'Restart the host and wait until it is back',
  notes: [
    'The host is back once it has booted after the task began, answers, and test_command succeeds.',
    'The machine that pb runs on is never rebooted.',
    'It needs root: set become.',
  ],
  args: args({
    reboot_timeout: integer('Seconds until it has to be back', { default: 600, minimum: 1 }),
    pre_reboot_delay: integer('Seconds before the reboot', { default: 0, minimum: 0 }),
    post_reboot_delay: integer('Seconds that the host has to have been up', { default: 0, minimum: 0 }),
    test_command: text('A command that only looks and succeeds once the host is of use', { default: 'whoami' }),
    reboot_command: optional(text('The command that reboots, instead of shutdown')),
    msg: text('What users of the host are told', { default: 'Reboot initiated by Ansible' }),
    search_paths: listOf(text('Directory'), 'Where to look for shutdown besides PATH', {
      default: ['/sbin', '/bin', '/usr/sbin', '/usr/bin', '/usr/local/sbin'],
    }),
    connect_timeout: optional(integer('Accepted: how long one attempt takes is set by ansible_timeout')),
    boot_time_command: optional(text('Accepted: pb tells boots apart by the time the host has been up')),
  }),
  argAliases: {
    reboot_timeout_sec: 'reboot_timeout',
    pre_reboot_delay_sec: 'pre_reboot_delay',
    post_reboot_delay_sec: 'post_reboot_delay',
    connect_timeout_sec: 'connect_timeout',
  },
  timeoutMs: (given) => (given.reboot_timeout + given.pre_reboot_delay + given.post_reboot_delay) * 1000,
  examples: [
    { title: 'it is up', args: { msg: 'new kernel' }, state: example, expect: 'change' },
    { title: 'another command', args: { reboot_command: 'systemctl reboot', pre_reboot_delay: 5 }, state: example, expect: 'change' },
    {
      title: 'about to go down',
      args: {},
      state: { ...example, elapsedMs: 3000, seen: { up: 86_402, boot: '7e1d', asked: 1.5, trouble: '' } },
      expect: 'pending',
    },
    {
      title: 'away',
      args: {},
      state: { ...example, elapsedMs: 9000, seen: null, trouble: 'worker01: connection refused' },
      expect: 'pending',
    },
    {
      title: 'back',
      args: {},
      state: { ...example, elapsedMs: 63_000, seen: { up: 12.5, boot: '99aa', asked: null, trouble: '' } },
      expect: 'ok',
    },
    {
      title: 'back, and not settled',
      args: { post_reboot_delay: 30 },
      state: { ...example, elapsedMs: 63_000, seen: { up: 12.5, boot: '99aa', asked: null, trouble: '' } },
      expect: 'pending',
    },
    {
      title: 'the command failed',
      args: { reboot_command: 'reboot-now' },
      state: {
        ...example,
        elapsedMs: 3000,
        seen: { up: 86_402, boot: '7e1d', asked: 1.5, trouble: 'exit code 127: sh: reboot-now: not found' },
      },
      expect: 'failed',
    },
    { title: 'the controller itself', args: {}, state: { ...example, self: true }, expect: 'refused' },
  ],
  async read(given, io): Promise<State> {
    const look = await unlessAway(() => io.ask(uptime, null));
    const elapsedMs = io.elapsed();
    if ('away' in look) return { elapsedMs, seen: null, trouble: look.away, self: false };
    const seen = look.answer;
    const self = seen.boot !== '' && seen.boot === (await ownBoot(io));
    const back = bootedSince({ seen, elapsedMs }) && seen.up >= given.post_reboot_delay;
    return { elapsedMs, seen, trouble: back ? await tested(given.test_command, io) : '', self };
  },
  decide(given, state): Decision<JsonObject> {
    const { seen, elapsedMs, trouble } = state;
    if (state.self) return refused('this is the machine that pb itself runs on: it is not rebooted');
    const waiting = (why: string, what: string): Decision<JsonObject> => ({ is: 'pending', why, seen: what, pollMs: 1000 });
    if (seen === null) return waiting('the host to come back', trouble);
    if (bootedSince({ seen, elapsedMs })) {
      if (seen.up < given.post_reboot_delay)
        return waiting(`the host to have been up for ${given.post_reboot_delay} s`, `${Math.floor(seen.up)} s`);
      if (trouble !== '') return waiting(`"${given.test_command}" to succeed`, trouble);
      return ok({ rebooted: true, elapsed: Math.floor(elapsedMs / 1000) });
    }
    // A note of an earlier task, whose reboot never came, is none of this task's.
    if (seen.asked === null || seen.asked * 1000 > elapsedMs) return change(restart(given));
    if (seen.trouble !== '') return failed(`the reboot command failed: ${seen.trouble}`);
    return waiting('the host to go down', `up for ${Math.floor(seen.up)} s`);
  },
});

/** Whether the host came up after the task began. */
const bootedSince = ({ seen, elapsedMs }: { readonly seen: Uptime; readonly elapsedMs: number }): boolean => seen.up * 1000 < elapsedMs;

/** The controller's own boot; '' where it has none to tell. */
const ownBoot = async (io: HostReader): Promise<string> =>
  Buffer.from(await io.files.read('/proc/sys/kernel/random/boot_id').catch(() => new Uint8Array()))
    .toString()
    .trim();

async function tested(command: string, io: HostReader): Promise<string> {
  const look = await unlessAway(() => io.ask(vouched, ['sh', '-c', command]));
  if ('away' in look) return look.away;
  const { code, stdout, stderr } = look.answer;
  return code === 0 ? '' : `exit code ${code}: ${(stderr.trim() || stdout.trim()).split('\n').at(-1)}`;
}

function restart(given: {
  readonly pre_reboot_delay: number;
  readonly reboot_command?: string;
  readonly msg: string;
  readonly search_paths: readonly string[];
}): Change {
  const command = given.reboot_command ?? `shutdown -r now '${given.msg.replaceAll("'", `'\\''`)}'`;
  const words = [REBOOT_NOTE, String(given.pre_reboot_delay + SOON_S), command, given.search_paths.join(':')];
  return {
    op: 'run',
    summary: 'reboot the host and wait until it is back',
    before: null,
    after: { rebooted: true },
    steps: [{ do: 'exec', argv: ['sh', '-c', SCRIPT, 'sh', ...words] }],
  };
}
