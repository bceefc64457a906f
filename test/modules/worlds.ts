/**
 * Small real worlds, each in a directory of its own, on which a module is really run: over the local transport, with the engine's own
 * task loop. `controller/` below it holds the controller's files. After `prepare` the module has something to change.
 */
import { chmodSync, linkSync, mkdirSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hashSync } from 'bcryptjs';
import type { JsonObject } from '../../src/core/value.ts';

export interface World {
  readonly module: string;
  readonly title: string;
  prepare?(dir: string): void;
  args(dir: string): JsonObject;
  /** Stand-ins for tools of the machine, found before the real ones: name → sh script. $WORLD is the directory, $REAL the PATH without them. */
  readonly tools?: { readonly [name: string]: string };
  /** For what is documented to change something on every run (state: touch): time goes by, and a second run changes it again. */
  later?(dir: string): void;
}

const put = (path: string, content: string | Uint8Array, mode = 0o644): void => {
  writeFileSync(path, content);
  chmodSync(path, mode);
};
const old = (path: string): void => utimesSync(path, 1_700_000_000, 1_700_000_000);

const tree = (dir: string): void => {
  mkdirSync(join(dir, 'controller/conf/sub'), { recursive: true });
  put(join(dir, 'controller/conf/a'), 'a\n');
  put(join(dir, 'controller/conf/sub/b'), Uint8Array.of(0, 1, 2), 0o600);
};

export const worlds: readonly World[] = [
  { module: 'command', title: 'creates', args: (dir) => ({ argv: ['touch', 'made here'], chdir: dir, creates: 'made*' }) },
  {
    module: 'command',
    title: 'removes',
    prepare: (dir) => put(join(dir, 'x'), ''),
    args: (dir) => ({ free_form: `rm ${dir}/x removes=${dir}/x` }),
  },
  {
    module: 'shell',
    title: 'creates and stdin',
    args: (dir) => ({ free_form: `cat > '${dir}/a b' creates="${dir}/a b"`, stdin: 'text', executable: '/bin/bash' }),
  },
  { module: 'copy', title: 'a new file', args: (dir) => ({ content: 'ünï\n', dest: `${dir}/new`, mode: '0640' }) },
  { module: 'copy', title: 'awkward name', args: (dir) => ({ content: 'x', dest: `${dir}/it's "a" $file\n` }) },
  {
    module: 'copy',
    title: 'other content, kept mode, backup and validate',
    prepare: (dir) => put(join(dir, 'there'), 'old\n', 0o604),
    args: (dir) => ({ content: 'new\n', dest: `${dir}/there`, backup: true, validate: 'grep -q new %s' }),
  },
  {
    module: 'copy',
    title: 'other mode',
    prepare: (dir) => put(join(dir, 'there'), 'x', 0o600),
    args: (dir) => ({ content: 'x', dest: `${dir}/there`, mode: 'u+x,go=r' }),
  },
  {
    module: 'copy',
    title: 'a directory',
    prepare: tree,
    args: (dir) => ({ src: 'conf', dest: `${dir}/etc/app`, directory_mode: '0750', mode: 'preserve' }),
  },
  { module: 'copy', title: 'into a directory that is made', prepare: tree, args: (dir) => ({ src: 'conf/a', dest: `${dir}/new/` }) },
  {
    module: 'copy',
    title: 'a large binary file',
    prepare(dir) {
      mkdirSync(join(dir, 'controller'));
      put(join(dir, 'controller/large'), Buffer.alloc(700_000, 'z\0'));
    },
    args: (dir) => ({ src: 'large', dest: `${dir}/large` }),
  },
  {
    module: 'copy',
    title: 'in place of a link',
    prepare: (dir) => symlinkSync('/etc/hostname', join(dir, 'l')),
    args: (dir) => ({ content: 'x', dest: `${dir}/l` }),
  },
  {
    module: 'copy',
    title: 'through a link',
    prepare(dir) {
      put(join(dir, 'real'), 'old');
      symlinkSync('real', join(dir, 'l'));
    },
    args: (dir) => ({ content: 'new', dest: `${dir}/l`, follow: true }),
  },
  {
    module: 'copy',
    title: 'a directory on the host',
    prepare: tree,
    args: (dir) => ({ src: `${dir}/controller/conf/`, dest: `${dir}/copy`, remote_src: true, mode: 'preserve' }),
  },
  {
    module: 'template',
    title: 'a template',
    prepare(dir) {
      mkdirSync(join(dir, 'controller'));
      put(join(dir, 'controller/a.j2'), 'one\ntwo\n');
    },
    args: (dir) => ({ src: 'a.j2', dest: `${dir}/a`, newline_sequence: '\r\n', mode: 'u=rw,go=' }),
  },
  { module: 'file', title: 'directories', args: (dir) => ({ path: `${dir}/a/b/c`, state: 'directory', mode: '0710' }) },
  {
    module: 'file',
    title: 'attributes below',
    prepare: tree,
    args: (dir) => ({ path: `${dir}/controller`, recurse: true, mode: 'u=rwX,go=X' }),
  },
  { module: 'file', title: 'remove a directory', prepare: tree, args: (dir) => ({ path: `${dir}/controller/conf`, state: 'absent' }) },
  {
    module: 'file',
    title: 'remove a dangling link',
    prepare: (dir) => symlinkSync('none', join(dir, 'l')),
    args: (dir) => ({ dest: `${dir}/l`, state: 'absent' }),
  },
  {
    module: 'file',
    title: 'a new empty file',
    args: (dir) => ({ path: `${dir}/x`, state: 'touch', access_time: 'preserve', modification_time: 'preserve', mode: '0600' }),
  },
  {
    module: 'file',
    title: 'touch an old file',
    prepare(dir) {
      put(join(dir, 'x'), 'x');
      old(join(dir, 'x'));
    },
    args: (dir) => ({ path: `${dir}/x`, state: 'touch' }),
    later: (dir) => old(join(dir, 'x')),
  },
  {
    module: 'file',
    title: 'a link',
    prepare: (dir) => put(join(dir, 'x'), 'x'),
    args: (dir) => ({ src: 'x', dest: `${dir}/l`, state: 'link' }),
  },
  {
    module: 'file',
    title: 'a link that points to a directory is pointed elsewhere',
    prepare(dir) {
      mkdirSync(join(dir, 'd'));
      mkdirSync(join(dir, 'e'));
      symlinkSync('d', join(dir, 'l'));
    },
    args: (dir) => ({ src: 'e', dest: `${dir}/l`, state: 'link' }),
  },
  {
    module: 'file',
    title: 'a link in place of an empty directory',
    prepare: (dir) => mkdirSync(join(dir, 'l')),
    args: (dir) => ({ src: 'none', dest: `${dir}/l`, state: 'link', force: true }),
  },
  {
    module: 'file',
    title: 'a hard link in place of another file',
    prepare(dir) {
      put(join(dir, 'x'), 'x');
      put(join(dir, 'y'), 'y');
      linkSync(join(dir, 'y'), join(dir, 'z'));
    },
    args: (dir) => ({ src: `${dir}/x`, dest: `${dir}/z`, state: 'hard', force: true }),
  },
  {
    module: 'lineinfile',
    title: 'a setting is replaced, with a backup, through a link',
    prepare(dir) {
      put(join(dir, 'conf'), 'a=1\nb=2\n', 0o604);
      symlinkSync('conf', join(dir, 'l'));
    },
    args: (dir) => ({
      path: `${dir}/l`,
      regexp: '^(b)=(?P<old>\\d+)',
      line: '\\1=9\\g<old>',
      backrefs: true,
      backup: true,
      validate: 'grep -q b=92 %s',
    }),
    later: (dir) => put(join(dir, 'conf'), 'b=3\n'),
  },
  {
    module: 'lineinfile',
    title: 'a line that the pattern does not find any more',
    prepare: (dir) => put(join(dir, 'conf'), '# PermitRootLogin yes'),
    args: (dir) => ({ path: `${dir}/conf`, regex: '^#\\s*PermitRootLogin', line: 'PermitRootLogin no' }),
  },
  {
    module: 'lineinfile',
    title: 'a new file below new directories',
    args: (dir) => ({ path: `${dir}/a/b/conf`, line: 'x', create: true, mode: '0600' }),
  },
  {
    module: 'lineinfile',
    title: 'lines are removed',
    prepare: (dir) => put(join(dir, 'conf'), 'a\nb\na\n'),
    args: (dir) => ({ path: `${dir}/conf`, search_string: 'a', state: 'absent' }),
  },
  {
    module: 'blockinfile',
    title: 'a block after a line without an end',
    prepare: (dir) => put(join(dir, 'conf'), 'first'),
    args: (dir) => ({ path: `${dir}/conf`, block: 'one\ntwo', insertafter: '^first', prepend_newline: true }),
  },
  {
    module: 'blockinfile',
    title: 'another block at the same place',
    prepare: (dir) => put(join(dir, 'conf'), 'a\n# BEGIN x\nold\n# END x\nz\n'),
    args: (dir) => ({ path: `${dir}/conf`, marker: '# {mark} x', block: 'new\n' }),
  },
  {
    module: 'replace',
    title: 'between two patterns',
    prepare: (dir) => put(join(dir, 'conf'), 'x\n[a]\nx\n[b]\nx\n'),
    args: (dir) => ({ path: `${dir}/conf`, regexp: '^x$', replace: 'y', after: '\\[a\\]', before: '\\[b\\]' }),
  },
  {
    module: 'assemble',
    title: 'fragments of the host with a delimiter',
    prepare(dir) {
      tree(dir);
      put(join(dir, 'controller/conf/z'), 'last');
      put(join(dir, 'controller/conf/.no'), 'hidden');
    },
    args: (dir) => ({ src: `${dir}/controller/conf`, dest: `${dir}/out`, delimiter: '---\\n', ignore_hidden: true, regexp: '^[az.]' }),
  },
  {
    module: 'fetch',
    title: 'a binary file',
    prepare: (dir) => put(join(dir, 'there'), Uint8Array.of(0, 255, 10, 13)),
    args: (dir) => ({ src: `${dir}/there`, dest: `${dir}/controller/kept/` }),
  },
  {
    module: 'script',
    title: 'a script with arguments',
    prepare(dir) {
      mkdirSync(join(dir, 'controller'));
      put(join(dir, 'controller/s.sh'), '#!/bin/sh\nprintf %s "$1" > "$2"\n');
    },
    args: (dir) => ({ free_form: `s.sh 'a b' made chdir=${dir} creates=${dir}/made` }),
  },
  {
    module: 'tempfile',
    title: 'a new one every time',
    args: (dir) => ({ path: dir, suffix: '.x' }),
    later: () => undefined,
  },
  {
    module: 'htpasswd',
    title: 'a weak hash of the right password, a user that goes, a new one, in a file of comments',
    // "secret" as the example of bcrypt with cost 4, which is less than asked for.
    prepare: (dir) => put(join(dir, 'users'), `# ours\n\nann:${hashSync('secret', 4)}\nbob:{SHA}x\ncarol:$apr1$a$b\n`, 0o640),
    args: (dir) => ({
      path: `${dir}/users`,
      users: [
        { name: 'ann', password: 'secret' },
        { name: 'bob', state: 'absent' },
        { name: 'dan', password: 'pässwörd' },
      ],
    }),
  },
  { module: 'htpasswd', title: 'a new file', args: (dir) => ({ path: `${dir}/sub/users`, name: 'ann', password: 'secret', mode: '0600' }) },
  {
    module: 'authorized_key',
    title: 'the only key, in a new place',
    args: (dir) => ({ user: 'root', key: 'ssh-ed25519 AAAAC3Nz ops@lab', path: `${dir}/.ssh/keys`, exclusive: true }),
  },
  {
    module: 'authorized_key',
    title: 'other options of one key of two',
    prepare: (dir) => put(join(dir, 'keys'), 'from="a b" ssh-rsa AAAA x y\n# note\nssh-rsa BBBB z'),
    args: (dir) => ({ user: 'root', key: 'ssh-rsa AAAA new', path: `${dir}/keys`, key_options: 'no-pty' }),
  },
  {
    module: 'get_url',
    title: 'a file with a checksum',
    prepare: (dir) => put(join(dir, 'a b'), 'hello\n'),
    args: (dir) => ({ url: `file://${dir}/a%20b`, dest: `${dir}/got`, checksum: 'md5:b1946ac92492d2347c6235b4d2611184', mode: '0600' }),
  },
  {
    module: 'get_url',
    title: 'something else at the same place',
    prepare(dir) {
      put(join(dir, 'new'), 'new\n');
      put(join(dir, 'there'), 'old\n', 0o604);
    },
    args: (dir) => ({ url: `file://${dir}/new`, dest: `${dir}/there`, force: true }),
  },
];
