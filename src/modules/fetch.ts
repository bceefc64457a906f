/** Bring a file of the host to the controller. */
import { createHash } from 'node:crypto';
import { posix } from 'node:path';
import type { Decision } from '../core/module.ts';
import type { JsonObject } from '../core/value.ts';
import { checksum } from '../probes/checksum.ts';
import { type FileStat, stat } from '../probes/stat.ts';
import { absent, args, change, defineModule, failed, flag, ok, text } from './define.ts';
import { exampleFile } from './files/example.ts';
import { md5Of } from './files/md5.ts';
import { absolute, baseOf, expanded } from './files/path.ts';

type State = {
  readonly src: string;
  readonly kind: FileStat['kind'] | null;
  readonly sha256: string | null;
  readonly sha1: string | null;
  /** Where it goes on the controller. */
  readonly to: string;
  /** What is there now: its sha256, null where nothing is, and '/' for a directory, which is in the way. */
  readonly have: string | null;
  /** Of the file that is there now. */
  readonly md5?: string;
};

const example: State = {
  src: '/etc/hostname',
  kind: exampleFile.kind,
  sha256: 'aa',
  sha1: 'bb',
  to: '/srv/site/fetched/n1/etc/hostname',
  have: null,
};

export const fetch = defineModule({
  name: 'fetch',
  aliases: ['ansible.builtin.fetch'],
  target: 'host',
  effect: 'converge',
  summary: 'Bring a file of the host to the controller',
  notes: [
    'The file becomes dest/HOST/path/of/the/file; with flat it becomes dest itself. A relative dest starts at the playbook.',
    'The content is checked by its sha256 before it takes its place; validate_checksum is accepted and changes nothing.',
  ],
  args: args({
    src: text('The file on the host', { minLength: 1 }),
    dest: text('Directory on the controller; with flat the file, or a directory where it ends in a slash', { minLength: 1 }),
    flat: flag('Do not put the host’s name and the path below dest', false),
    fail_on_missing: flag('Fail where the file does not exist', true),
    validate_checksum: flag('Accepted for playbooks written for Ansible: it is always checked', true),
  }),
  examples: [
    { title: 'a file', args: { src: '/etc/hostname', dest: 'fetched' }, state: example, expect: 'change' },
    { title: 'already here', args: { src: '/etc/hostname', dest: 'fetched' }, state: { ...example, have: 'aa' }, expect: 'ok' },
    {
      title: 'nothing there',
      args: { src: '/etc/hostname', dest: 'fetched' },
      state: { ...example, kind: null, sha256: null, sha1: null },
      expect: 'absent',
    },
    {
      title: 'nothing there and that is fine',
      args: { src: '/etc/hostname', dest: 'fetched', fail_on_missing: false },
      state: { ...example, kind: null, sha256: null, sha1: null },
      expect: 'ok',
    },
  ],
  reads: ({ src }) => [`path/${src}`],
  async read(given, io): Promise<State> {
    const src = await absolute(given.src, io);
    const named = await expanded(given.src, io);
    const dest = posix.resolve(io.files.base ?? '/', given.dest);
    const below = given.dest.endsWith('/') ? posix.join(dest, baseOf(src)) : dest;
    const to = given.flat ? below : posix.join(dest, io.host, named);
    const [found, sha256, sha1, here] = await Promise.all([
      io.ask(stat, { path: src, follow: true }),
      io.ask(checksum, { path: src, algorithm: 'sha256' }),
      io.ask(checksum, { path: src, algorithm: 'sha1' }),
      io.files.stat(to),
    ]);
    const content = here?.kind === 'file' ? await io.files.read(to, 'stored') : undefined;
    const have = content ? createHash('sha256').update(content).digest('hex') : here?.kind === 'directory' ? '/' : null;
    const md5 = content && md5Of(content);
    return { src, kind: found?.kind ?? null, sha256, sha1, to, have, ...(md5 === undefined ? {} : { md5 }) };
  },
  decide(given, { src, kind, sha256, sha1, to, have, md5 = null }): Decision<JsonObject> {
    if (kind === null) {
      const why = `${src} does not exist`;
      return given.fail_on_missing
        ? absent(`path/${src}`, why)
        : ok({ file: src, msg: 'the remote file does not exist, not transferring, ignored' });
    }
    if (kind === 'directory') {
      const why = 'remote file is a directory, fetch cannot work on directories';
      return given.fail_on_missing ? failed(why) : ok({ file: src, msg: `${why}, not transferring, ignored` });
    }
    if (kind !== 'file' || sha256 === null) return failed(`${src} is a ${kind}, not a file: fetch brings files only`);
    if (have === '/') return failed('dest is an existing directory, use a trailing slash if you want to fetch src into that directory');
    if (have === sha256) return ok({ dest: to, file: src, checksum: sha1, md5sum: md5 });
    return change({
      op: have === null ? 'create' : 'update',
      summary: `fetch ${src} to ${to} on the controller`,
      before: have === null ? null : { sha256: have },
      after: { sha256 },
      steps: [{ do: 'download', path: src, to, sha256 }],
      output: { remote_checksum: sha1, remote_md5sum: null },
    });
  },
});
