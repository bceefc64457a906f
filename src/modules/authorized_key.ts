/** Keys that may log in as a user. */
import type { Decision } from '../core/module.ts';
import type { JsonObject } from '../core/value.ts';
import { args, defineModule, failed, flag, ok, oneOf, optional, text } from './define.ts';
import { decideEdit, type Edited, readEdited, uneditable } from './files/edit.ts';
import { seen } from './files/example.ts';

type Args = {
  readonly user: string;
  readonly key: string;
  readonly path?: string;
  readonly state: 'present' | 'absent';
  readonly exclusive: boolean;
  readonly manage_dir: boolean;
  readonly key_options?: string;
  readonly comment?: string;
};

type Key = { readonly options: string; readonly type: string; readonly blob: string; readonly comment: string };

const TYPE = /^(?:ssh-(?:rsa|dss|ed25519)|ecdsa-sha2-\S+|sk-\S+)$/;
const KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIExample ops@lab';

/** A line of authorized_keys: `[options] type blob [comment]`; undefined for blank lines, remarks and what is no key. */
function keyOf(line: string): Key | undefined {
  // Blanks inside quotes belong to the options.
  const words = line.trim().match(/(?:"(?:\\.|[^"\\])*"|[^\s"])+/g) ?? [];
  const at = words.findIndex((word) => TYPE.test(word));
  const [type, blob] = [words[at], words[at + 1]];
  if (line.trimStart().startsWith('#') || at < 0 || at > 1 || type === undefined || blob === undefined) return undefined;
  const comment = line.slice(line.indexOf(blob) + blob.length).trim();
  return { options: at === 1 ? (words[0] ?? '') : '', type, blob, comment };
}

const written = ({ options, type, blob, comment }: Key): string => [options, type, blob, comment].filter((part) => part !== '').join(' ');

export const authorizedKey = defineModule({
  name: 'authorized_key',
  aliases: ['ansible.posix.authorized_key', 'ansible.builtin.authorized_key'],
  target: 'host',
  effect: 'converge',
  summary: 'Let SSH keys log in as a user, or take them away',
  notes: [
    'A key is known by its type and its data; comment and options are kept as asked.',
    'Keys from a URL are not fetched: use the lookup url.',
  ],
  args: args({
    user: text('Whose keys', { pattern: '^[A-Za-z0-9._][A-Za-z0-9._-]*$' }),
    key: text('One key a line, as in an authorized_keys or .pub file', { minLength: 1 }),
    path: optional(text('The file; ~user/.ssh/authorized_keys when left out')),
    state: oneOf(['present', 'absent'], 'Whether the keys shall be there', { default: 'present' }),
    exclusive: flag('Take every other key away', false),
    manage_dir: flag('Make the directory of the file with mode 0700 where it does not exist', true),
    key_options: optional(text('Options before the key: from="10.0.0.0/8",no-pty')),
    comment: optional(text('Comment after the key, instead of its own')),
    validate_certs: flag('Accepted: nothing is fetched', true),
    follow: flag('Accepted: symbolic links are followed', true),
  }),
  examples: [
    {
      title: 'a new key',
      args: { user: 'core', key: KEY },
      state: seen('/home/core/.ssh/authorized_keys', '# ours\nssh-rsa AAAAB3old old@lab\n'),
      expect: 'change',
    },
    {
      title: 'the key is there',
      args: { user: 'core', key: KEY },
      state: seen('/home/core/.ssh/authorized_keys', `${KEY}\n`),
      expect: 'ok',
    },
    {
      title: 'the only key',
      args: { user: 'core', key: KEY, exclusive: true, key_options: 'no-pty' },
      state: seen('/home/core/.ssh/authorized_keys', `ssh-rsa AAAAB3old old@lab\n${KEY}\n`),
      expect: 'change',
    },
    { title: 'no key', args: { user: 'core', key: 'hello' }, state: seen('/home/core/.ssh/authorized_keys', ''), expect: 'failed' },
  ],
  reads: ({ path }) => (path === undefined ? [] : [`path/${path}`]),
  read: (given, io): Promise<Edited> => readEdited({ path: pathOf(given), backup: false }, io),
  decide(given, state): Decision<JsonObject> {
    const lines = given.key.split('\n').filter((line) => line.trim() !== '' && !line.trimStart().startsWith('#'));
    const keys = lines.map(keyOf);
    const wrong = lines[keys.indexOf(undefined)];
    if (wrong !== undefined || keys.length === 0)
      return failed(`this is no SSH key: ${(wrong ?? given.key).slice(0, 40)}`, { code: 'args' });
    if (state.stat === null && given.state === 'absent') return ok({ user: given.user, keyfile: state.path });
    const blocked = uneditable(state, true);
    if (blocked) return blocked;
    const want = keys.flatMap((key) =>
      key ? [{ ...key, options: given.key_options ?? key.options, comment: given.comment ?? key.comment }] : [],
    );
    const output = { user: given.user, keyfile: state.path };
    const owner = given.path === undefined ? { owner: given.user } : {};
    const asked = {
      path: state.path,
      backup: false,
      quiet: output,
      fresh: { ...owner, mode: given.manage_dir ? '0700' : '0755' },
      ...(state.stat === null ? { ...owner, mode: '0600' } : {}),
    };
    return decideEdit(state, { text: withKeys(state.text ?? '', want, given), says: output }, asked);
  },
});

const pathOf = ({ path, user }: Args): string => path ?? `~${user}/.ssh/authorized_keys`;

function withKeys(now: string, want: readonly Key[], { state, exclusive }: Args): string {
  const same = (a: Key, b: Key): boolean => a.type === b.type && a.blob === b.blob;
  const missing = [...want];
  const kept = (now.match(/[^\n]+/g) ?? []).flatMap((line) => {
    const key = keyOf(line);
    if (!key) return [line];
    const at = missing.findIndex((one) => same(one, key));
    const asked = want.find((one) => same(one, key));
    if (!asked) return exclusive && state === 'present' ? [] : [line];
    if (state === 'absent' || at < 0) return [];
    missing.splice(at, 1);
    return [asked.options === key.options && asked.comment === key.comment ? line : written(asked)];
  });
  const all = state === 'absent' ? kept : [...kept, ...missing.map(written)];
  return all.length === 0 ? '' : `${all.join('\n')}\n`;
}
