/** What is at a path on the host. */
import { PbError } from '../core/diagnostic.ts';
import type { HostReader } from '../core/module.ts';
import type { JsonObject } from '../core/value.ts';
import { access } from '../probes/access.ts';
import { ALGORITHMS, checksum } from '../probes/checksum.ts';
import { readlink } from '../probes/readlink.ts';
import { type FileStat, stat as look } from '../probes/stat.ts';
import { type StatExtras, statExtras } from '../probes/stat-extras.ts';
import { args, defineModule, flag, ok, oneOf, text } from './define.ts';
import { absolute } from './files/path.ts';
import { statFacts } from './files/stat-facts.ts';

type Seen = {
  readonly path: string;
  readonly stat: FileStat | null;
  readonly readable?: boolean;
  readonly writeable?: boolean;
  readonly executable?: boolean;
  readonly checksum?: string | null;
  /** A link's own text, and the path it ends at. */
  readonly link?: string | null;
  readonly end?: string | null;
  readonly extras?: StatExtras;
};

export const stat = defineModule({
  name: 'stat',
  aliases: ['ansible.builtin.stat'],
  target: 'host',
  effect: 'converge',
  summary: 'Find out what is at a path',
  notes: ['Times are seconds since the epoch. A path that does not exist is no failure: stat.exists is false.'],
  args: args({
    path: text('The path'),
    follow: flag('Look at what a symbolic link points to', false),
    get_checksum: flag('Compute the checksum of a regular file', true),
    checksum_algorithm: oneOf(ALGORITHMS, 'Which checksum', { default: 'sha1' }),
    get_mime: flag('Tell the media type, where the host has file(1)', true),
    get_attributes: flag('Tell the flags of chattr, where the host has lsattr(1)', true),
  }),
  argAliases: {
    dest: 'path',
    name: 'path',
    checksum: 'checksum_algorithm',
    checksum_algo: 'checksum_algorithm',
    mime: 'get_mime',
    mime_type: 'get_mime',
    'mime-type': 'get_mime',
    attr: 'get_attributes',
    attributes: 'get_attributes',
  },
  examples: [
    { title: 'nothing there', args: { path: '/etc/chrony.d' }, state: { path: '/etc/chrony.d', stat: null }, expect: 'ok' },
    {
      title: 'a file',
      args: { path: '/etc/hostname' },
      state: {
        path: '/etc/hostname',
        stat: {
          kind: 'file',
          mode: '0644',
          uid: 0,
          gid: 0,
          owner: 'root',
          group: 'root',
          size: 5,
          dev: 2049,
          inode: 1179,
          nlink: 1,
          atime: 1763700000.5,
          mtime: 1763600000,
          ctime: 1763600000.25,
          blocks: 8,
          blockSize: 4096,
        },
        readable: true,
        writeable: true,
        executable: false,
        checksum: '1e9b3da6ba68df2b7f2ed38f7f1f0a9f4f8c5b11',
        extras: { mimetype: 'text/plain', charset: 'us-ascii', version: '3046524912', flags: '--------------e-------' },
      },
      expect: 'ok',
    },
  ],
  reads: ({ path }) => [`path/${path}`],
  async read(given, io): Promise<Seen> {
    const path = await absolute(given.path, io);
    const [found, rights, sum, extras] = await Promise.all([
      io.ask(look, { path, follow: given.follow }),
      io.ask(access, path),
      given.get_checksum ? io.ask(checksum, { path, algorithm: given.checksum_algorithm }).catch(unreadable) : undefined,
      given.get_mime || given.get_attributes ? io.ask(statExtras, { path, media: given.get_mime, flags: given.get_attributes }) : undefined,
    ]);
    if (found === null) return { path, stat: null };
    return {
      path,
      stat: found,
      ...rights,
      ...(found.kind === 'file' && sum ? { checksum: sum } : {}),
      ...(found.kind === 'link' ? await linkAt(path, io) : {}),
      ...(extras === undefined ? {} : { extras }),
    };
  },
  decide: (given, seen) =>
    ok({ stat: seen.stat === null ? { exists: false } : { ...described(seen, seen.stat), ...extrasOf(given, seen) } }),
});

/** A file whose content may not be read has no checksum; everything else about it is known. */
const unreadable = (error: unknown): null => {
  if (error instanceof PbError && error.code === 'exec') return null;
  throw error;
};

async function linkAt(path: string, io: HostReader): Promise<Pick<Seen, 'link' | 'end'>> {
  const [link, end] = await Promise.all([io.ask(readlink, { path, as: 'text' }), io.ask(readlink, { path, as: 'end' })]);
  return { link, end };
}

const FLAGS: { readonly [letter: string]: string } = {
  A: 'noatime',
  a: 'append',
  c: 'compressed',
  C: 'nocow',
  d: 'nodump',
  D: 'dirsync',
  e: 'extents',
  E: 'encrypted',
  h: 'blocksize',
  i: 'immutable',
  I: 'indexed',
  j: 'journalled',
  N: 'inline',
  s: 'zero',
  S: 'synchronous',
  t: 'notail',
  T: 'blockroot',
  u: 'undelete',
  X: 'compressedraw',
  Z: 'compresseddirty',
};

function extrasOf(given: { readonly get_mime: boolean; readonly get_attributes: boolean }, { extras }: Seen): JsonObject {
  if (extras === undefined) return {};
  const letters = extras.flags?.replaceAll('-', '') ?? null;
  const named = letters === null ? null : [...letters].flatMap((letter) => FLAGS[letter] ?? []);
  return {
    ...(given.get_mime ? { mimetype: extras.mimetype, charset: extras.charset } : {}),
    ...(given.get_attributes ? { version: extras.version, attributes: named, attr_flags: letters } : {}),
  };
}

/** Ansible's dictionary. */
const described = (seen: Seen, found: FileStat): JsonObject => ({
  exists: true,
  ...statFacts(seen.path, found),
  // a device's own number is not asked for
  ...(found.kind === 'char' || found.kind === 'block' ? {} : { device_type: 0 }),
  readable: seen.readable ?? false,
  writeable: seen.writeable ?? false,
  executable: seen.executable ?? false,
  ...(seen.checksum ? { checksum: seen.checksum } : {}),
  ...(seen.link ? { lnk_target: seen.link } : {}),
  ...(seen.end ? { lnk_source: seen.end } : {}),
});
