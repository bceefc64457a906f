/** Lookups that ask the controller: env, pipe, lines, url, password, template. */
import { randomInt } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { execa } from 'execa';
import { PbError } from '../../core/diagnostic.ts';
import { resolveNow, settled } from '../../core/resolve.ts';
import { type HostName, isObject, type Vars } from '../../core/value.ts';
import { matchHosts } from '../../project/index.ts';
import type { Lookup, LookupCall } from '../../template/index.ts';
import { type RenderFile, templateScope } from '../files.ts';
import type { Opened } from '../opened.ts';
import { findFile, isOn, option, termText } from './place.ts';

export const env: Lookup = (call) => call.terms.map((term) => process.env[termText(term)] ?? call.options['default'] ?? '');

const run = async (command: string): Promise<string> => {
  const { exitCode, stdout, stderr } = await execa('sh', ['-c', command], { reject: false, stdin: 'ignore' });
  if (exitCode === 0) return stdout;
  throw new PbError('template', `the command "${command}" ended with exit code ${exitCode}: ${stderr.trim()}`);
};

export const pipe: Lookup = (call) => Promise.all(call.terms.map((term) => run(termText(term))));
export const lines: Lookup = async (call) =>
  (await Promise.all(call.terms.map((term) => run(termText(term))))).flatMap((text) => text.split('\n'));

export const url: Lookup = async (call) => {
  const texts = await Promise.all(
    call.terms.map(async (term) => {
      const answer = await fetch(termText(term), { signal: AbortSignal.timeout(Math.ceil(1000 * Number(option(call, 'timeout', '10')))) });
      if (answer.ok) return answer.text();
      throw new PbError('template', `${termText(term)} answered ${answer.status} ${answer.statusText}`);
    }),
  );
  return isOn(call, 'split_lines', true) ? texts.flatMap((text) => text.replace(/\n$/, '').split('\n')) : texts;
};

const CHARS: { readonly [name: string]: string } = {
  ascii_letters: 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ',
  ascii_lowercase: 'abcdefghijklmnopqrstuvwxyz',
  ascii_uppercase: 'ABCDEFGHIJKLMNOPQRSTUVWXYZ',
  digits: '0123456789',
  hexdigits: '0123456789abcdefABCDEF',
  punctuation: '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~',
};

/** `lookup('password', 'path length=20 chars=ascii_letters,digits')`: read from the file, or made and kept there; /dev/null keeps nothing. */
export function password(onSecret: (value: string) => void): Lookup {
  return (call) => Promise.all(call.terms.map((term) => onePassword(termText(term), call, onSecret)));
}

async function onePassword(term: string, call: LookupCall, onSecret: (value: string) => void): Promise<string> {
  const [path = '', ...words] = term.split(/\s+/);
  const params = new Map(words.map((word) => word.split(/=(.*)/s) as [string, string]));
  for (const name of ['encrypt', 'seed']) {
    if (!params.has(name) && call.options[name] === undefined) continue;
    throw new PbError('template', `the lookup 'password' does not support ${name}`, {
      hint: "lookup('password', …) | password_hash('sha512')",
    });
  }
  const length = Number(params.get('length') ?? option(call, 'length', '20'));
  const wanted =
    params.get('chars')?.split(',') ??
    (Array.isArray(call.options['chars']) ? call.options['chars'].map(String) : ['ascii_letters', 'digits', '.,:-_']);
  const file = resolve(String(call.scope.get('playbook_dir') ?? '.'), path);
  const kept = path === '/dev/null' ? undefined : await readFile(file, 'utf8').catch(() => undefined);
  // Ansible keeps a salt for encrypt in the same line.
  const value =
    kept?.split('\n')[0]?.replace(/ (?:salt|ident)=.*$/, '') ?? generate(length, wanted.map((name) => CHARS[name] ?? name).join(''));
  if (kept === undefined && path !== '/dev/null') {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, `${value}\n`, { mode: 0o600, flag: 'wx' });
  }
  onSecret(value);
  return value;
}

const generate = (length: number, chars: string): string => Array.from({ length }, () => chars[randomInt(chars.length)]).join('');

export const template =
  (render: RenderFile, opened: Opened): Lookup =>
  (call) =>
    Promise.all(
      call.terms.map(async (term) => {
        const path = await findFile('templates', termText(term), call);
        const text = opened(await readFile(path), path).toString();
        const given = call.options['template_vars'];
        const about = { template_path: termText(term), template_fullpath: path, ...(isObject(given) ? (given as Vars) : {}) };
        const scope = templateScope(path, call.scope, about);
        return settled(() => render(text, { file: path, settings: settingsOf(call) }, scope));
      }),
    );

const SETTINGS = [
  ...['trim_blocks', 'lstrip_blocks', 'variable_start_string', 'variable_end_string'],
  ...['block_start_string', 'block_end_string', 'comment_start_string', 'comment_end_string'],
];

const settingsOf = ({ options }: LookupCall): { readonly [name: string]: string } =>
  Object.fromEntries(SETTINGS.flatMap((name) => (options[name] === undefined ? [] : [[name, String(options[name])]])));

/** The hosts that patterns mean, among those the groups hold by now. */
export const inventoryHostnames: Lookup = (call) => {
  const found = resolveNow(call.scope.get('groups') ?? {}, call.scope);
  const groups = new Map(Object.entries(isObject(found) ? (found as { [name: string]: readonly HostName[] }) : {}));
  const hosts = new Map((groups.get('all') ?? []).map((name) => [name, { name, groups: [], layers: [] }]));
  return matchHosts({ hosts, groups, sources: [] }, call.terms.map(termText)).hosts;
};
