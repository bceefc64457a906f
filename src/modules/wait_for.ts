/** Wait for a port, a path, a URL or a command of a host. */
import { args, defineModule, failed, flag, integer, json, listOf, number, ok, oneOf, optional, text } from './define.ts';
import { type Look, look, pattern, type WaitArgs } from './files/wait-look.ts';
import { waitForK8s } from './wait_for.k8s.ts';

type State = {
  readonly elapsedMs: number;
  /** Null while the delay lasts, and where there is nothing but time to wait for. */
  readonly look: Look | null;
};

type Args = WaitArgs & { readonly timeout: number; readonly delay: number; readonly sleep: number; readonly msg?: string };

/** What is waited for, in words; null where it is time alone. */
function goal(given: Args): string | null {
  const pattern = given.search_regex === undefined ? '' : ` and ${given.search_regex}`;
  const gone = given.state === 'stopped' || given.state === 'absent';
  if (given.command !== undefined) return `${typeof given.command === 'string' ? given.command : given.command.join(' ')} to exit with 0`;
  if (given.url !== undefined) return `${given.url} to answer${pattern}`;
  if (given.path !== undefined) return `${given.path}${pattern} to be ${gone ? 'gone' : 'there'}`;
  if (given.port === undefined) return null;
  if (given.state === 'drained') return `port ${given.port} to have no connections`;
  return `port ${given.port} of ${given.host}${pattern} to be ${gone ? 'closed' : 'open'}`;
}

/** What a result says once the time is up, in Ansible's words where Ansible waits for such a thing. */
function lateWords(given: Args): string {
  const what = given.port === undefined ? given.path : `${given.host}:${given.port}`;
  if (given.msg !== undefined || what === undefined) return given.msg ?? `Timeout when waiting for ${goal(given)}`;
  if (given.state === 'drained') return `Timeout when waiting for ${what} to drain`;
  if (given.state === 'stopped' || given.state === 'absent')
    return `Timeout when waiting for ${what} to ${given.port === undefined ? 'be absent.' : 'stop.'}`;
  if (given.search_regex !== undefined) return `Timeout when waiting for search string ${given.search_regex} in ${what}`;
  return `Timeout when waiting for ${given.port === undefined ? 'file ' : ''}${what}`;
}

const GRACE_MS = 60_000;

export const waitFor = defineModule({
  name: 'wait_for',
  aliases: ['ansible.builtin.wait_for'],
  target: 'host',
  effect: 'converge',
  summary: 'Wait for a port, a path, a URL or a command',
  variant: (given) => (given.has('k8s') ? waitForK8s : undefined),
  notes: [
    'With k8s it waits for objects of the cluster instead: see `wait_for: k8s`.',
    'In check mode pb looks once: what is there already is ok, everything else is unknown.',
    'command runs in check mode too, and again and again: it may only look, and whoever writes it vouches for that.',
    'Ports and URLs are tried from the host itself, with bash, nc, curl or wget; use delegate_to to try from elsewhere.',
    'search_regex: ^ and $ match at line ends; (?P<name>…) gives match_groupdict.',
  ],
  args: args({
    host: text('Whose port, seen from the target host', { default: '127.0.0.1' }),
    port: optional(integer('TCP port', { minimum: 1, maximum: 65535 })),
    path: optional(text('Path on the host')),
    url: optional(text('URL that shall answer with `status`', { pattern: '^https?://' })),
    status: listOf(integer('HTTP status'), 'Statuses that count as an answer of `url`', { default: [200] }),
    validate_certs: flag('Whether the certificate of `url` has to be valid', true),
    command: optional(
      json<string | readonly string[]>('A command that only looks, as a shell line or a list of words: exit code 0 means it is there', {
        type: ['string', 'array'],
        items: { type: 'string' },
        minItems: 1,
        minLength: 1,
      }),
    ),
    search_regex: optional(text('Pattern that the file, the answer or what the port says first shall match')),
    state: oneOf(
      ['started', 'stopped', 'present', 'absent', 'drained'],
      'started and present: there; stopped and absent: not there; drained: the port has no connections',
      { default: 'started' },
    ),
    timeout: number('Seconds until it counts as failed', { default: 300, minimum: 0 }),
    delay: number('Seconds before the first look', { default: 0, minimum: 0 }),
    sleep: number('Seconds between looks', { default: 1, minimum: 0.1 }),
    connect_timeout: integer('Seconds for one connection', { default: 5, minimum: 1 }),
    exclude_hosts: optional(listOf(text('IP address'), 'drained: peers whose connections do not count')),
    active_connection_states: listOf(text('State'), 'drained: the states that count', {
      default: ['ESTABLISHED', 'FIN_WAIT1', 'FIN_WAIT2', 'SYN_RECV', 'SYN_SENT', 'TIME_WAIT'],
    }),
    msg: optional(text('What to say when the time is up')),
  }),
  timeoutMs: (given) => given.timeout * 1000 + (goal(given) === null ? GRACE_MS : 0),
  examples: [
    {
      title: 'the port is open',
      args: { port: 22 },
      state: { elapsedMs: 0, look: { there: true, seen: 'the port is open' } },
      expect: 'ok',
    },
    {
      title: 'not yet',
      args: { port: 6443, host: 'api.lab' },
      state: { elapsedMs: 2000, look: { there: false, seen: 'Connection refused' } },
      expect: 'pending',
    },
    {
      title: 'a lock is gone',
      args: { path: '/run/dnf.lock', state: 'absent' },
      state: { elapsedMs: 0, look: { there: false, seen: '/run/dnf.lock does not exist' } },
      expect: 'ok',
    },
    { title: 'two at once', args: { port: 22, path: '/run/x' }, state: { elapsedMs: 0, look: null }, expect: 'failed' },
  ],
  async read(given, io): Promise<State> {
    const elapsedMs = io.elapsed();
    const wait = elapsedMs < given.delay * 1000 || problemOf(given) !== undefined;
    return { elapsedMs, look: wait ? null : ((await look(given, io)) ?? null) };
  },
  decide(given, state) {
    const problem = problemOf(given);
    if (problem !== undefined) return failed(problem, { code: 'args' });
    const want = goal(given);
    const elapsed = Math.floor(state.elapsedMs / 1000);
    const output = {
      elapsed,
      state: given.state,
      port: given.port ?? null,
      path: given.path ?? null,
      search_regex: given.search_regex ?? null,
      match_groups: state.look?.groups ?? [],
      match_groupdict: state.look?.named ?? {},
    };
    if (want === null) {
      if (state.elapsedMs >= given.timeout * 1000) return ok(output);
      const pollMs = Math.min(1000, given.timeout * 1000 - state.elapsedMs);
      return { is: 'pending', why: `${given.timeout} s to pass`, seen: `${elapsed} s`, pollMs, output };
    }
    const why = given.msg ?? `waiting for ${want}`;
    if (state.look === null)
      return { is: 'pending', why, seen: `first look after ${given.delay} s`, pollMs: given.delay * 1000 - state.elapsedMs };
    const gone = given.state === 'stopped' || given.state === 'absent' || given.state === 'drained';
    if (state.look.there === gone) {
      const late = { msg: lateWords(given), elapsed: given.timeout };
      return { is: 'pending', why, seen: state.look.seen, pollMs: given.sleep * 1000, late };
    }
    return ok({ ...output, ...(gone ? {} : state.look.file) });
  },
});

function problemOf(given: Args): string | undefined {
  const ways = [given.port, given.path, given.url, given.command].filter((way) => way !== undefined);
  if (ways.length > 1) return 'give one of port, path, url and command';
  if (given.state === 'drained' && given.port === undefined) return 'state: drained needs port';
  if (given.command !== undefined && given.search_regex !== undefined)
    return 'search_regex does not go with command: let the command decide';
  if (given.search_regex === undefined) return undefined;
  try {
    pattern(given.search_regex);
    return undefined;
  } catch (error) {
    return `search_regex is no pattern: ${(error as Error).message}`;
  }
}
