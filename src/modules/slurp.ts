/** Fetch a file's content into a variable. */
import { stat } from '../probes/stat.ts';
import { absent, args, defineModule, failed, ok, text } from './define.ts';
import { absolute } from './files/path.ts';

type State = { readonly path: string; readonly kind: string | null; readonly base64?: string };

/** The content becomes a variable and is held in memory: anything this large belongs into a file. */
const LARGEST = 64 * 1024 * 1024;

export const slurp = defineModule({
  name: 'slurp',
  aliases: ['ansible.builtin.slurp'],
  target: 'host',
  effect: 'converge',
  summary: 'Read a file of the host into a variable, as base64',
  notes: ['Use the filter b64decode on `content`. Files of more than 64 MiB are refused.'],
  args: args({ src: text('The file') }),
  argAliases: { path: 'src' },
  examples: [
    {
      title: 'a file',
      args: { src: '/etc/machine-id' },
      state: { path: '/etc/machine-id', kind: 'file', base64: 'NGY3Cg==' },
      expect: 'ok',
    },
    { title: 'nothing there', args: { src: '/etc/none' }, state: { path: '/etc/none', kind: null }, expect: 'absent' },
    { title: 'a directory', args: { src: '/etc' }, state: { path: '/etc', kind: 'directory' }, expect: 'failed' },
  ],
  reads: ({ src }) => [`path/${src}`],
  async read({ src }, io): Promise<State> {
    const path = await absolute(src, io);
    const found = await io.ask(stat, { path, follow: true });
    if (found === null) return { path, kind: null };
    // Files under /proc and /sys have size 0 and content all the same.
    const bytes = found.kind === 'file' && found.size <= LARGEST ? await io.readFile(path) : undefined;
    return { path, kind: found.kind, ...(bytes ? { base64: Buffer.from(bytes).toString('base64') } : {}) };
  },
  decide(_, { path, kind, base64 }) {
    if (kind === null) return absent(`path/${path}`, `File not found: ${path}`);
    if (kind !== 'file')
      return failed(kind === 'directory' ? `Source is a directory and must be a file: ${path}` : `${path} is a ${kind}, not a file`);
    return base64 === undefined
      ? failed(`${path} has more than ${LARGEST / 1024 / 1024} MiB`)
      : ok({ content: base64, encoding: 'base64', source: path });
  },
});
