/** Lookups that ask the controller: env, pipe, lines, url, template, inventory_hostnames. */
import { readFile } from 'node:fs/promises';
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
  // Most runs have no such lookup.
  const { execa } = await import('execa');
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
