/** Paths: POSIX and Windows. */
import { realpathSync } from 'node:fs';
import { homedir } from 'node:os';
import { posix, win32 } from 'node:path';
import { plugin } from '../eval/plugin.ts';
import { isList, tuple, typeName, type V } from '../value/model.ts';
import { fail } from '../value/undef.ts';
import { listOf, text } from './args.ts';

/** Python's, which unlike Node's leaves a name that only has dots in front alone and keeps what follows a slash at the end. */
const basename = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
function dirname(path: string): string {
  const head = path.slice(0, path.lastIndexOf('/') + 1);
  return /^\/*$/.test(head) ? head : head.replace(/\/+$/, '');
}

function splitext(path: string): V {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const dot = name.lastIndexOf('.');
  const extension = dot > 0 && /[^.]/.test(name.slice(0, dot)) ? name.slice(dot) : '';
  return tuple([path.slice(0, path.length - extension.length), extension]);
}

function normpath(path: string): string {
  const made = posix.normalize(path === '' ? '.' : path).replace(/(?<=.)\/$/, '');
  // POSIX leaves the meaning of exactly two slashes at the start open, so they stay.
  return /^\/\/(?!\/)/.test(path) ? `/${made}` : made;
}

function commonpath(value: V): string {
  if (!isList(value)) return fail(`|commonpath expects sequence, got ${typeName(value)}`);
  const paths = value.map((path) =>
    text(path)
      .split('/')
      .filter((part) => part !== '' && part !== '.'),
  );
  if (new Set(value.map((path) => text(path).startsWith('/'))).size > 1) return fail("Can't mix absolute and relative paths");
  const [first = [], ...others] = paths;
  let common = 0;
  while (common < first.length && others.every((path) => path[common] === first[common])) common += 1;
  return (text(value[0] ?? '').startsWith('/') ? '/' : '') + first.slice(0, common).join('/');
}

function real(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return posix.resolve(path);
  }
}

const WINDOWS_DRIVE = /^([a-zA-Z]:|\\\\[^\\]+\\[^\\]+)/;
const variables = (path: string): string =>
  path.replace(/\$(?:\{(\w+)\}|(\w+))/g, (whole, braced?: string, bare?: string) => process.env[braced ?? bare ?? ''] ?? whole);

function winDirname(path: string): string {
  const cut = Math.max(path.lastIndexOf('\\'), path.lastIndexOf('/'));
  const head = path.slice(0, cut + 1);
  return /^(?:[a-zA-Z]:)?[\\/]*$/.test(head) ? head : head.replace(/[\\/]+$/, '');
}

export const pathFilters = [
  plugin('basename', 'value', (_, value) => basename(text(value))),
  plugin('dirname', 'value', (_, value) => dirname(text(value))),
  plugin('splitext', 'value', (_, value) => splitext(text(value))),
  plugin('normpath', 'value', (_, value) => normpath(text(value))),
  plugin('path_join', 'value', (_, value) => {
    const parts = typeof value === 'string' ? [value] : listOf(value).map(text);
    if (parts.length === 0) return fail('there is nothing to join');
    return parts.reduce(
      (path, part) => (part.startsWith('/') || path === '' ? part : path.endsWith('/') ? path + part : `${path}/${part}`),
      '',
    );
  }),
  plugin('relpath', 'value, start=None', (_, value, start) =>
    text(value) === '' ? fail('no path specified') : posix.relative(start === null ? process.cwd() : text(start), text(value)) || '.',
  ),
  plugin('commonpath', 'value', (_, value) => commonpath(value)),
  plugin('realpath', 'value', (_, value) => real(text(value))),
  plugin('fileglob', 'value', (f, value) => [...f.ev.services.lookup('fileglob', f, [posix.resolve(text(value))], new Map())]),
  plugin('expanduser', 'value', (_, value) => text(value).replace(/^~(?=\/|$)/, homedir())),
  plugin('expandvars', 'value', (_, value) => variables(text(value))),
  plugin('win_basename', 'value', (_, value) =>
    text(value).slice(Math.max(text(value).lastIndexOf('\\'), text(value).lastIndexOf('/')) + 1),
  ),
  plugin('win_dirname', 'value', (_, value) => winDirname(text(value))),
  plugin('win_splitdrive', 'value', (_, value) => {
    const drive = WINDOWS_DRIVE.exec(text(value))?.[0] ?? '';
    return tuple([drive, text(value).slice(drive.length)]);
  }),
  plugin('win_normpath', 'value', (_, value) => win32.normalize(text(value))),
];
