/** Parameters of the kernel, in a file that is read at boot and in the running kernel. */

import type { Step } from '../core/change.ts';
import type { Decision } from '../core/module.ts';
import type { JsonObject } from '../core/value.ts';
import { booleanOf } from '../core/yes-no.ts';
import { sysctlValue } from '../probes/sysctl.ts';
import { args, change, defineModule, failed, flag, json, ok, oneOf, optional, text } from './define.ts';
import { decideEdit, type Edited, readEdited, uneditable } from './files/edit.ts';
import { seen } from './files/example.ts';
import { stepsAfter } from './files/steps-after.ts';

interface Args {
  readonly name: string;
  readonly value?: string | number | boolean;
  readonly state: 'present' | 'absent';
  readonly sysctl_file: string;
  readonly sysctl_set: boolean;
  readonly reload: boolean;
  readonly ignoreerrors: boolean;
}

type State = {
  readonly file: Edited;
  /** The running kernel's; null where it has none, or nobody asked. */
  readonly live: string | null;
};

const FILE = '/etc/sysctl.d/90-lab.conf';

export const sysctl = defineModule({
  name: 'sysctl',
  aliases: ['ansible.posix.sysctl'],
  target: 'host',
  effect: 'converge',
  tools: () => ['sysctl'],
  summary: 'Set parameters of the kernel',
  notes: [
    'The file decides: reload lets the kernel read it after it was changed, sysctl_set also compares and sets the running value.',
    'Blanks and tabs inside a value count as one blank; yes, true and on are 1.',
  ],
  args: args({
    name: text('The parameter: vm.swappiness', { pattern: '^[^=\\s]+$' }),
    value: optional(json<string | number | boolean>('The value; needed unless state is absent', { type: ['string', 'number', 'boolean'] })),
    state: oneOf(['present', 'absent'], 'Whether the file shall name it', { default: 'present' }),
    sysctl_file: text('The file', { default: '/etc/sysctl.conf' }),
    sysctl_set: flag('Set the value in the running kernel too', false),
    reload: flag('Let the kernel read the file after it was changed', true),
    ignoreerrors: flag('Parameters that the kernel does not have are no failure', false),
  }),
  argAliases: { key: 'name', val: 'value' },
  examples: [
    {
      title: 'a new one',
      args: { name: 'vm.swappiness', value: '5', sysctl_file: FILE },
      state: { file: { ...seen(FILE, ''), stat: null }, live: null },
      expect: 'change',
    },
    {
      title: 'as asked',
      args: { name: 'net.ipv4.tcp_rmem', value: '4096 87380 6291456', sysctl_file: FILE },
      state: { file: seen(FILE, '# lab\nnet.ipv4.tcp_rmem = 4096\t87380 6291456\n'), live: null },
      expect: 'ok',
    },
    {
      title: 'the running value differs',
      args: { name: 'net.ipv4.ip_forward', value: true, sysctl_set: true, sysctl_file: FILE },
      state: { file: seen(FILE, 'net.ipv4.ip_forward=1\n'), live: '0' },
      expect: 'change',
    },
    {
      title: 'taken away',
      args: { name: 'vm.swappiness', state: 'absent', sysctl_file: FILE, reload: false },
      state: { file: seen(FILE, 'vm.swappiness=5\nvm.dirty_ratio=10\n'), live: null },
      expect: 'change',
    },
    {
      title: 'the kernel has none such',
      args: { name: 'vm.swapiness', value: 5, sysctl_set: true, sysctl_file: FILE },
      state: { file: seen(FILE, ''), live: null },
      expect: 'failed',
    },
    { title: 'no value', args: { name: 'vm.swappiness' }, state: { file: seen('/etc/sysctl.conf', ''), live: null }, expect: 'failed' },
  ],
  reads: ({ sysctl_file }) => [`path/${sysctl_file}`],
  async read(given, io): Promise<State> {
    const [file, live] = await Promise.all([
      readEdited({ path: given.sysctl_file, backup: false }, io),
      given.sysctl_set && given.state === 'present' ? io.ask(sysctlValue, given.name) : null,
    ]);
    return { file, live };
  },
  decide(given, { file, live }): Decision<JsonObject> {
    const value = given.value === undefined ? '' : plain(given.value);
    if (given.state === 'present' && value === '') return failed('value cannot be blank', { code: 'args' });
    const wrong = uneditable(file, true);
    if (wrong) return wrong;
    const { name, state } = given;
    const setting = given.sysctl_set && state === 'present';
    if (setting && live === null && !given.ignoreerrors) return failed(`the kernel of this host has no parameter ${name}`);
    const quiet = { name, state, ...(state === 'present' ? { value } : {}), sysctl_file: given.sysctl_file };
    const edit = { text: withParameter(file.text ?? '', given, value), says: quiet };
    const decision = decideEdit(file, edit, { path: given.sysctl_file, backup: false, quiet });
    const lenient = given.ignoreerrors ? ['-e'] : [];
    const reload: readonly Step[] = given.reload ? [{ do: 'exec', argv: ['sysctl', ...lenient, '-p', file.path] }] : [];
    const set: Step = { do: 'exec', argv: ['sysctl', ...lenient, '-w', `${name}=${value}`] };
    const differs = setting && live !== null && !same(live, value);
    if (decision.is !== 'ok') return stepsAfter(decision, [...reload, ...(differs ? [set] : [])]);
    if (!differs) return ok(quiet);
    return change({ op: 'update', summary: `set ${name} to ${value}`, before: { [name]: live }, after: { [name]: value }, steps: [set] });
  },
});

/** As Ansible reads booleans; everything else as it is, blanks made one. */
function plain(value: string | number | boolean): string {
  const text = String(value).trim();
  const is = booleanOf(text);
  return is === undefined ? text.split(/\s+/).join(' ') : is ? '1' : '0';
}

const same = (one: string, other: string): boolean => plain(one) === plain(other);

/** The name and value of a line; undefined for comments and what is none. */
function assignment(line: string): readonly [string, string] | undefined {
  const [, name, value] = /^\s*-?([^#;=\s][^=]*?)\s*=\s*(.*?)\s*$/.exec(line) ?? [];
  return name === undefined || value === undefined ? undefined : [name, value];
}

/** One line of the name stays: the first, with the value. */
function withParameter(text: string, { name, state }: Args, value: string): string {
  const lines = text.split(/(?<=\n)/);
  const mine = lines.map((line) => assignment(line)?.[0] === name);
  const first = mine.indexOf(true);
  if (state === 'absent') return lines.filter((_, at) => !mine[at]).join('');
  const line = `${name}=${value}\n`;
  if (first < 0) return `${text}${text === '' || text.endsWith('\n') ? '' : '\n'}${line}`;
  return lines
    .filter((_, at) => !mine[at] || at === first)
    .map((old, at) => (at === first && !same(assignment(old)?.[1] ?? '', value) ? line : old))
    .join('');
}
