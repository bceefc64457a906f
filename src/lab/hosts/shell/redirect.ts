/** Redirections: descriptors changed for one command and put back afterwards. */

import { OpenFile } from '../kernel/open.ts';
import { type OpenMode, openPath } from '../kernel/opening.ts';
import { connectTcp } from '../kernel/sockets.ts';
import { bytesOf } from '../world/bytes.ts';
import { Errno } from '../world/errno.ts';
import type { Expander } from './expand.ts';
import type { Redirection } from './parse.ts';
import type { Shell } from './state.ts';

/** What was at the descriptors before. */
type Saved = readonly (readonly [fd: number, file: OpenFile | undefined])[];

const MODES: { readonly [operator: string]: OpenMode } = { '<': 'read', '>': 'write', '>>': 'append', '>|': 'write', '<>': 'both' };

const textFile = (text: string): OpenFile => {
  let rest: Uint8Array | undefined = bytesOf(text);
  return new OpenFile({
    path: '/tmp/sh-thd (deleted)',
    async read() {
      const chunk = rest;
      rest = undefined;
      return chunk?.length ? chunk : undefined;
    },
    unread(bytes) {
      rest = rest ? Buffer.concat([bytes, rest]) : bytes;
    },
  });
};

/** Undefined where one cannot be made: that has been said, and all is as before. */
export async function redirect(shell: Shell, list: readonly Redirection[], expand: Expander): Promise<Saved | undefined> {
  const saved: (readonly [number, OpenFile | undefined])[] = [];
  for (const one of list) {
    const fds = one.operator === '&>' || one.operator === '&>>' ? [1, 2] : [one.fd ?? (one.operator.startsWith('<') ? 0 : 1)];
    let named = '';
    try {
      const file = await fileFor(shell, one, expand, (name) => {
        named = name;
      });
      for (const [index, fd] of fds.entries()) {
        saved.push([fd, shell.process.fds.get(fd)]);
        shell.process.fds.delete(fd);
        if (file) shell.process.fds.set(fd, index === 0 ? file : file.share());
      }
    } catch (error) {
      if (!(error instanceof Errno)) throw error;
      restore(shell, saved);
      const why = error.code === 'EEXIST' ? 'cannot overwrite existing file' : error.message;
      await shell.complain(`${named}: ${why}`);
      return undefined;
    }
  }
  return saved;
}

/** Undefined closes the descriptor. */
async function fileFor(shell: Shell, one: Redirection, expand: Expander, tell: (name: string) => void): Promise<OpenFile | undefined> {
  const { target, operator } = one;
  if (target.type === 'HereDoc') {
    const text = await expand.text(target.content);
    return textFile(target.stripTabs ? text.replace(/^\t+/gm, '') : text);
  }
  const name = await expand.text(target);
  tell(name);
  if (operator === '<<<') return textFile(`${name}\n`);
  if (operator === '>&' || operator === '<&') {
    if (name === '-') return undefined;
    if (/^\d+$/.test(name)) return shell.process.file(Number(name)).share();
    return openPath(shell.machine, shell.process, name, 'write');
  }
  const [, host, port] = /^\/dev\/tcp\/([^/]+)\/(\d+)$/.exec(name) ?? [];
  if (host !== undefined && port !== undefined) return connected(shell, host, Number(port));
  const base = operator === '&>' ? '>' : operator === '&>>' ? '>>' : operator;
  const mode = base === '>' && shell.options.has('C') ? 'exclusive' : (MODES[base] ?? 'read');
  return openPath(shell.machine, shell.process, name, mode);
}

/** bash's own /dev/tcp: no file, but a connection. */
async function connected(shell: Shell, host: string, port: number): Promise<OpenFile> {
  try {
    return new OpenFile(connectTcp(shell.machine.world, host, port));
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    if (error.code === 'EAI_NONAME') {
      await shell.complain(`${host}: ${error.message}`);
      throw new Errno('EINVAL');
    }
    await shell.process.write(2, bytesOf(`${shell.name}: connect: ${error.message}\n`));
    throw error;
  }
}

export function restore(shell: Shell, saved: Saved): void {
  for (const [fd, file] of [...saved].reverse()) {
    const current = shell.process.fds.get(fd);
    if (file && !shell.process.exit) shell.process.fds.set(fd, file);
    else {
      shell.process.fds.delete(fd);
      file?.release();
    }
    current?.release();
  }
}

/** `exec 9<file`: what was there before is closed for good. */
export function keep(saved: Saved): void {
  for (const [, file] of saved) file?.release();
}
