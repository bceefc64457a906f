/** Worlds for modules that change what belongs to a machine: archives and files as they are, tools of the machine as stand-ins on PATH. */
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { World } from './worlds.ts';

/** d/a ("hi\n") and "d/b c" ("x"), made by Python's zipfile. */
const ZIP =
  'UEsDBBQAAAAAAD1OdV0AAAAAAAAAAAAAAAACAAAAZC9QSwMEFAAAAAgAPU51XXp6b+0FAAAAAwAAAAMAAABkL2HLyOQCAFBLAwQUAAAACAA9TnVdgxbcjAMAAAABAAAABQAAAGQvYiBjqwAAUEsBAhQDFAAAAAAAPU51XQAAAAAAAAAAAAAAAAIAAAAAAAAAAAAQAO1BAAAAAGQvUEsBAhQDFAAAAAgAPU51XXp6b+0FAAAAAwAAAAMAAAAAAAAAAAAAAKSBIAAAAGQvYVBLAQIUAxQAAAAIAD1OdV2DFtyMAwAAAAEAAAAFAAAAAAAAAAAAAACkgUYAAABkL2IgY1BLBQYAAAAAAwADAJQAAABsAAAAAAA=';

/** top/tool, top/a b/c, a link, and a name too long for a plain header; `format`: of tar. */
function pack(dir: string, archive: string, format: string): void {
  const top = join(dir, 'top');
  mkdirSync(join(top, 'a b', 'x'.repeat(98)), { recursive: true });
  writeFileSync(join(top, 'tool'), '#!/bin/sh\n');
  chmodSync(join(top, 'tool'), 0o755);
  writeFileSync(join(top, 'a b', 'c'), Uint8Array.of(0, 255));
  writeFileSync(join(top, 'a b', 'x'.repeat(98), 'long'), 'long');
  execFileSync('ln', ['-s', 'tool', join(top, 'link')]);
  execFileSync('tar', ['-C', dir, `--format=${format}`, '-czf', archive, 'top']);
  execFileSync('rm', ['-r', top]);
}

export const machineWorlds: readonly World[] = [
  ...['gnu', 'pax', 'ustar'].map(
    (format): World => ({
      module: 'unarchive',
      title: `a ${format} archive of the controller, stripped, with an owner and a mode`,
      prepare(dir) {
        mkdirSync(join(dir, 'controller'));
        mkdirSync(join(dir, 'bin'));
        pack(dir, join(dir, 'controller/a.tgz'), format);
      },
      args: (dir) => ({
        src: 'a.tgz',
        dest: `${dir}/bin`,
        extra_opts: ['--strip-components=1'],
        owner: 0,
        mode: 'u=rwX,go=rX',
        exclude: ['x*'],
      }),
    }),
  ),
  {
    module: 'unarchive',
    title: 'an archive of the host, in part',
    prepare(dir) {
      mkdirSync(join(dir, 'out'));
      pack(dir, join(dir, 'a.tar.gz'), 'gnu');
    },
    args: (dir) => ({ src: `${dir}/a.tar.gz`, dest: `${dir}/out`, remote_src: true, include: ['top/tool', 'top/a b'] }),
  },
  {
    module: 'unarchive',
    title: 'an archive behind a URL, over something else',
    prepare(dir) {
      mkdirSync(join(dir, 'out'));
      writeFileSync(join(dir, 'out/tool'), 'old');
      pack(dir, join(dir, 'a.tar.gz'), 'gnu');
    },
    args: (dir) => ({ src: `file://${dir}/a.tar.gz`, dest: `${dir}/out`, remote_src: true, extra_opts: ['--strip-components=1'] }),
  },
  {
    module: 'unarchive',
    title: 'a zip archive of the controller',
    prepare(dir) {
      mkdirSync(join(dir, 'controller'));
      mkdirSync(join(dir, 'out'));
      writeFileSync(join(dir, 'controller/a.zip'), Buffer.from(ZIP, 'base64'));
    },
    args: (dir) => ({ src: 'a.zip', dest: `${dir}/out`, exclude: ['d/a'] }),
  },
  {
    module: 'unarchive',
    title: 'a zip archive of the host',
    prepare(dir) {
      mkdirSync(join(dir, 'out'));
      writeFileSync(join(dir, 'a.zip'), Buffer.from(ZIP, 'base64'));
    },
    args: (dir) => ({ src: `${dir}/a.zip`, dest: `${dir}/out`, remote_src: true }),
  },
];
