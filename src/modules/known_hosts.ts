/** Keys of other hosts in known_hosts. */
import type { Decision } from '../core/module.ts';
import type { JsonObject } from '../core/value.ts';
import { args, defineModule, failed, flag, oneOf, optional, text } from './define.ts';
import { decideEdit, type Edited, readEdited, uneditable } from './files/edit.ts';
import { seen } from './files/example.ts';
import { hostKeyOf, isFor, withHashedHost } from './system/known-hosts.ts';

interface Args {
  readonly name: string;
  readonly key?: string;
  readonly path: string;
  readonly hash_host: boolean;
  readonly state: 'present' | 'absent';
}

const KEY = 'api.lab ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIB';

export const knownHosts = defineModule({
  name: 'known_hosts',
  aliases: ['ansible.builtin.known_hosts'],
  target: 'host',
  effect: 'converge',
  summary: 'Keep the keys of other hosts in known_hosts',
  notes: [
    'A key of the same type takes the place of the old one; keys of other types stay.',
    'state: absent without a key takes away every line of the host.',
  ],
  args: args({
    name: text('The host as ssh looks it up: "host", or "[host]:port" for a port other than 22', { pattern: '^[^,\\s]+$' }),
    key: optional(text('The line of known_hosts: the host, the type and the key; needed unless state is absent')),
    path: text('The file', { default: '~/.ssh/known_hosts' }),
    hash_host: flag('Write the host so that nobody can read it', false),
    state: oneOf(['present', 'absent'], 'Whether the key shall be there', { default: 'present' }),
  }),
  argAliases: { host: 'name' },
  examples: [
    { title: 'a new key', args: { name: 'api.lab', key: KEY }, state: seen('/root/.ssh/known_hosts', '# lab\n'), expect: 'change' },
    { title: 'the key is there', args: { name: 'API.lab', key: KEY }, state: seen('/root/.ssh/known_hosts', `${KEY} x\n`), expect: 'ok' },
    {
      title: 'another key of the type',
      args: { name: 'api.lab', key: KEY },
      state: seen('/root/.ssh/known_hosts', 'api.lab ssh-ed25519 AAAAold\napi.lab ssh-rsa AAAArsa\n'),
      expect: 'change',
    },
    {
      title: 'all keys of a host go',
      args: { name: 'api.lab', state: 'absent' },
      state: seen('/root/.ssh/known_hosts', `${KEY}\n|1|AAAAAAAAAAAAAAAAAAAAAAAAAAA=|x ssh-rsa AAAA\napi.lab ssh-rsa AAAA\n`),
      expect: 'change',
    },
    { title: 'a key of another host', args: { name: 'db.lab', key: KEY }, state: seen('/root/.ssh/known_hosts', ''), expect: 'failed' },
  ],
  reads: ({ path }) => (path.startsWith('/') ? [`path/${path}`] : []),
  read: (given, io) => readEdited({ path: given.path, backup: false }, io),
  decide(given, state): Decision<JsonObject> {
    const problem = problemOf(given);
    if (problem !== undefined) return failed(problem, { code: 'args' });
    const wrong = uneditable(state, true);
    if (wrong) return wrong;
    const { name, key, path, hash_host } = given;
    const quiet = { name, key: key ?? null, path, hash_host, state: given.state };
    return decideEdit(state, { text: wanted(given, state), says: quiet }, { path, backup: false, quiet, fresh: { mode: '0700' } });
  },
});

function problemOf({ name, key, state }: Args): string | undefined {
  if (key === undefined) return state === 'present' ? 'No key specified when adding a host' : undefined;
  const given = hostKeyOf(key);
  if (given === undefined) return 'key must be a line of known_hosts: the host, the type of the key and the key';
  return isFor(name, given) ? undefined : 'Host parameter does not match hashed host field in supplied key';
}

/** The text of the file as it shall be. */
function wanted(given: Args, { text: now }: Edited): string {
  const lines = (now ?? '').split(/(?<=\n)/);
  const mine = lines.map((line) => {
    const found = hostKeyOf(line);
    return found && isFor(given.name, found) ? found : undefined;
  });
  const key = given.key === undefined ? undefined : hostKeyOf(given.key);
  if (key === undefined) return lines.filter((_, at) => mine[at] === undefined).join('');
  const hashes = given.hash_host || key.hosts.startsWith('|1|');
  // A host has one key of a type, but any number of authorities and revoked keys.
  const alike = mine.findIndex((one) => one?.type === key.type && one.marker === key.marker && (key.marker === '' || one.key === key.key));
  const old = mine[alike];
  const without = lines.filter((_, at) => at !== alike);
  if (given.state === 'absent') return old === undefined ? lines.join('') : without.join('');
  const same = hashes ? old?.hosts.startsWith('|1|') : old?.hosts.toLowerCase() === key.hosts.toLowerCase();
  if (old !== undefined && same && old.key === key.key) return lines.join('');
  const line = given.hash_host ? withHashedHost(given.name, key) : (given.key ?? '').trim();
  const rest = without.join('');
  return `${rest}${rest === '' || rest.endsWith('\n') ? '' : '\n'}${line}\n`;
}
