/** All inventory sources together: files, directories, scripts, and `host1,host2`. */
import path from 'node:path';
import type { Loaded } from '../../core/diagnostic.ts';
import type { Inventory } from '../../core/inventory.ts';
import { type Context, contextOf, type LoadOptions } from '../context.ts';
import { isExecutable, kindOf, listDirectory, readSource, shown } from '../disk.ts';
import { problems as collect } from '../problems.ts';
import { type Adjacent, loadAdjacent } from '../vars/adjacent.ts';
import { loadExtraVars } from '../vars/extra.ts';
import { buildInventory } from './build.ts';
import { type Draft, draft as newDraft } from './draft.ts';
import { readIniInventory } from './ini.ts';
import { isPluginFile, type PluginFile, readPluginFile } from './plugin.ts';
import { expandHosts } from './ranges.ts';
import { readScriptInventory } from './script.ts';
import { readYamlInventory } from './yaml.ts';

/** Files Ansible passes over in an inventory directory. */
const IGNORED = ['.pyc', '.pyo', '.swp', '.bak', '~', '.rpm', '.md', '.txt', '.rst', '.orig', '.cfg', '.retry'];

export interface InventoryOptions extends LoadOptions {
  /** As given with -e: what a constructed inventory with use_extra_vars sees. */
  readonly extraVars?: readonly string[];
}

/** Merges the sources in the given order: of two values for one variable the later source wins. */
export async function loadInventory(sources: readonly string[], options: InventoryOptions): Promise<Loaded<Inventory>> {
  const problems = collect();
  const base = contextOf(problems, options);
  // faults in -e are told once, by the project's loader
  const extraVars = options.extraVars ? await loadExtraVars({ ...base, problems: collect() }, options.extraVars) : undefined;
  const context: Context = extraVars ? { ...base, extraVars } : base;
  const draft = newDraft(problems);
  const directories: string[] = [];
  const adjacent = () => besideSources({ ...context, problems: collect() }, draft, directories);
  for (const source of sources) {
    if (source.includes(',')) {
      hostList(context, draft, source);
      continue;
    }
    const file = path.resolve(context.cwd, source);
    const kind = await kindOf(file);
    if (kind === undefined)
      problems.error('file-unreadable', `there is no inventory ${source}`, {
        hint: `for a list of hosts end it with a comma: -i ${source},`,
      });
    else directories.push(kind === 'directory' ? file : path.dirname(file));
    if (kind === 'directory') await readDirectory(context, draft, { file, adjacent });
    else if (kind === 'file') await readFile(context, draft, { file, adjacent });
  }
  return { value: buildInventory(draft, await besideSources(context, draft, directories), sources), diagnostics: problems.list };
}

async function besideSources(context: Context, draft: Draft, directories: readonly string[]): Promise<readonly Adjacent[]> {
  const hosts = [...draft.hosts.keys(), ...(draft.hosts.has('localhost') ? [] : ['localhost'])];
  const names = { groups: [...draft.groups.keys()], hosts };
  const found: Adjacent[] = [];
  for (const directory of new Set(directories)) found.push(await loadAdjacent(context, directory, { beside: 'inventory', names }));
  return found;
}

function hostList(context: Context, draft: Draft, list: string): void {
  const source = { file: '-i', path: '', text: list, secret: false };
  for (const pattern of list.split(',').map((item) => item.trim())) {
    if (pattern === '') continue;
    const expanded = expandHosts(pattern);
    if ('why' in expanded) context.problems.error('host-range', expanded.why);
    else
      for (const name of expanded.names) {
        const host = draft.host(name, 'ungrouped', { file: source.file, line: 1, column: 1 });
        if (expanded.port !== undefined) host.layers.push({ precedence: 'inventory host vars', vars: { ansible_port: expanded.port } });
      }
  }
}

interface Read {
  readonly file: string;
  readonly adjacent: PluginFile['adjacent'];
}

async function readDirectory(context: Context, draft: Draft, { file: directory, adjacent }: Read): Promise<void> {
  for (const name of await listDirectory(directory)) {
    if (name.startsWith('.') || ['group_vars', 'host_vars', 'vars_plugins'].includes(name)) continue;
    if (IGNORED.some((ending) => name.endsWith(ending))) continue;
    const file = path.join(directory, name);
    if ((await kindOf(file)) === 'directory') await readDirectory(context, draft, { file, adjacent });
    else await readFile(context, draft, { file, adjacent });
  }
}

async function readFile(context: Context, draft: Draft, { file, adjacent }: Read): Promise<void> {
  const source = await readSource(context, file);
  if (!source) return;
  const extension = path.extname(file);
  if (source.text.startsWith('#!') && (await isExecutable(file))) return readScriptInventory(context, draft, source);
  if (['.yml', '.yaml', '.config'].includes(extension) && isPluginFile(source.text))
    return readPluginFile(context, draft, { source, adjacent });
  if (extension === '.toml')
    context.problems.error('unsupported', 'TOML inventories are not supported', {
      at: { file: shown(context, file), line: 1, column: 1 },
      hint: 'write it in YAML or INI',
    });
  else if (['.yml', '.yaml', '.json'].includes(extension) || (extension !== '.ini' && looksLikeYaml(source.text)))
    readYamlInventory(context, draft, source);
  else readIniInventory(context, draft, source);
}

/** Without a telling extension the first line that says anything decides: `---`, `{` or `all:`. */
const looksLikeYaml = (text: string): boolean => {
  const first = text.split('\n').find((line) => line.trim() !== '' && !/^\s*[#;]/.test(line)) ?? '';
  return /^(?:---|\{|[\w"'.-]+:\s*(?:#.*)?$)/.test(first.trim());
};
