/** A temporary file or directory with a name of its own. */
import { args, change, defineModule, failed, oneOf, optional, text } from './define.ts';
import { absolute } from './files/path.ts';

// $1: "-d" or "", $2: directory or "", $3: prefix, $4: suffix
const SCRIPT = `made=$(mktemp $1 "\${2:-\${TMPDIR:-/tmp}}/$3XXXXXXXX$4") || exit 1
stat --printf='%u\\n%g\\n%s\\n%U\\n%G\\n' -- "$made"; printf '%s\\n' "$made"`;

export const tempfile = defineModule({
  name: 'tempfile',
  aliases: ['ansible.builtin.tempfile'],
  target: 'host',
  effect: 'once',
  summary: 'Make a temporary file or directory',
  notes: ['Makes a new one on every run; the registered path says where. Nothing removes it.'],
  args: args({
    state: oneOf(['file', 'directory'], 'What to make', { default: 'file' }),
    path: optional(text('Directory to make it in; TMPDIR or /tmp when left out')),
    prefix: text('Beginning of its name', { default: 'ansible.' }),
    suffix: text('End of its name', { default: '' }),
  }),
  examples: [
    { title: 'a file', args: {}, state: { below: '' }, expect: 'change' },
    {
      title: 'a directory',
      args: { state: 'directory', path: '/var/tmp', suffix: '.build' },
      state: { below: '/var/tmp' },
      expect: 'change',
    },
    { title: 'a prefix that is a path', args: { prefix: 'a/b' }, state: { below: '' }, expect: 'failed' },
  ],
  read: async ({ path }, io) => ({ below: path === undefined ? '' : await absolute(path, io) }),
  decide({ state, path, prefix, suffix }, { below }) {
    if (`${prefix}${suffix}`.includes('/'))
      return failed('prefix and suffix are parts of a name: they cannot hold a slash', { code: 'args' });
    const argv = ['sh', '-c', SCRIPT, 'sh', state === 'directory' ? '-d' : '', below, prefix, suffix] as const;
    const summary = `make a temporary ${state}${path === undefined ? '' : ` in ${path}`}`;
    return change({ op: 'create', summary, before: null, after: { state }, certain: true, steps: [{ do: 'exec', argv }] });
  },
  result({ state }, outputs) {
    const [uid, gid, size, owner = '', group = '', ...path] = (outputs.at(-1)?.stdout ?? '').replace(/\n$/, '').split('\n');
    const owned = { uid: Number(uid), gid: Number(gid), size: Number(size), owner, group };
    return { path: path.join('\n'), state, mode: state === 'directory' ? '0700' : '0600', ...owned };
  },
});
