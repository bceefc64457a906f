/** Files below directories that meet conditions. */
import type { HostReader } from '../core/module.ts';
import { ALGORITHMS, checksum } from '../probes/checksum.ts';
import { clock } from '../probes/clock.ts';
import { find as below } from '../probes/find.ts';
import { args, defineModule, failed, flag, integer, listOf, ok, oneOf, optional, text } from './define.ts';
import { exampleFile } from './files/example.ts';
import { absolute, trim } from './files/path.ts';
import { type Pattern, PatternError, pattern, patternProblem } from './files/pattern.ts';
import { type Entry, type Sought, seeker, soughtProblem } from './files/sought.ts';
import { statFacts } from './files/stat-facts.ts';

type Args = Sought & {
  readonly paths: readonly string[];
  readonly recurse: boolean;
  readonly depth?: number;
  readonly follow: boolean;
  readonly contains?: string;
  readonly read_whole_file: boolean;
  readonly get_checksum: boolean;
  readonly checksum_algorithm: (typeof ALGORITHMS)[number];
  readonly limit?: number;
};

type State = {
  readonly examined: number;
  readonly found: readonly (Entry & { readonly checksum?: string | null })[];
  /** Path → why it was not looked at. */
  readonly skipped: { readonly [path: string]: string };
};

/** Larger files are not searched for a text. */
const LARGEST = 64 * 1024 * 1024;

export const find = defineModule({
  name: 'find',
  aliases: ['ansible.builtin.find'],
  target: 'host',
  effect: 'converge',
  summary: 'List files below directories that meet conditions',
  notes: [
    'A path that is no directory, or may not be read, is no failure: skipped_paths names it.',
    'contains looks into files of up to 64 MiB; Python’s patterns, matched at the start of each line unless read_whole_file.',
  ],
  args: args({
    paths: listOf(text('Directory'), 'Where to look', { minItems: 1 }),
    patterns: listOf(text('Pattern'), 'Shell patterns of names, or Python’s with use_regex; all names when left out', { default: [] }),
    excludes: listOf(text('Pattern'), 'Names to leave out', { default: [] }),
    use_regex: flag('Patterns and excludes are regular expressions that match from the start of the name', false),
    contains: optional(text('Pattern that a line of the file matches')),
    read_whole_file: flag('Search for contains in the whole file instead of line by line', false),
    file_type: oneOf(['any', 'directory', 'file', 'link'], 'What to list', { default: 'file' }),
    recurse: flag('Look below the directories found too', false),
    depth: optional(integer('With recurse: how many levels', { minimum: 1 })),
    follow: flag('Look below directories that symbolic links point to', false),
    hidden: flag('List names that begin with a dot too', false),
    age: optional(text('At least this old ("3d"), or with a minus at most; s, m, h, d, w')),
    age_stamp: oneOf(['atime', 'ctime', 'mtime'], 'The time that age is about', { default: 'mtime' }),
    size: optional(text('At least this large ("10m"), or with a minus at most; b, k, m, g, t')),
    mode: optional(text('Permissions, octal or symbolic ("u=rw,g=r")')),
    exact_mode: flag('The mode has to be equal; otherwise one of its bits is enough', true),
    get_checksum: flag('Tell the checksum of each file', false),
    checksum_algorithm: oneOf(ALGORITHMS, 'Which checksum', { default: 'sha1' }),
    encoding: optional(oneOf(['utf-8', 'utf8'], 'How the files that contains looks into are written')),
    limit: optional(integer('How many at most', { minimum: 1 })),
  }),
  argAliases: {
    path: 'paths',
    name: 'paths',
    pattern: 'patterns',
    exclude: 'excludes',
    checksum: 'checksum_algorithm',
    checksum_algo: 'checksum_algorithm',
  },
  examples: [
    {
      title: 'old logs',
      args: { paths: ['/var/log'], patterns: ['*.log'], age: '1w' },
      state: { examined: 12, found: [{ path: '/var/log/old.log', stat: exampleFile }], skipped: {} },
      expect: 'ok',
    },
    {
      title: 'nothing there',
      args: { paths: '/none' },
      state: { examined: 0, found: [], skipped: { '/none': "'/none' is not a directory" } },
      expect: 'ok',
    },
    {
      title: 'an age that is none',
      args: { paths: ['/var/log'], age: 'old' },
      state: { examined: 0, found: [], skipped: {} },
      expect: 'failed',
    },
  ],
  reads: ({ paths }) => paths.flatMap((path) => [`path/${trim(path)}`, `path/${trim(path)}/*`]),
  async read(given, io): Promise<State> {
    if (problemOf(given) !== undefined) return { examined: 0, found: [], skipped: {} };
    const now = await io.ask(clock, null);
    const wanted = seeker(given, now);
    const text = given.contains === undefined ? undefined : pattern(given.contains);
    const all = await Promise.all(given.paths.map((path) => lookBelow(path, given, io)));
    const found: (Entry & { checksum?: string | null })[] = [];
    for (const entry of all.flatMap(({ entries }) => entries).filter(wanted)) {
      if (found.length === given.limit) break;
      if (text && !(await holds(entry, text, given.read_whole_file, io))) continue;
      const sum = given.get_checksum && entry.stat.kind === 'file';
      found.push({
        ...entry,
        ...(sum ? { checksum: await io.ask(checksum, { path: entry.path, algorithm: given.checksum_algorithm }) } : {}),
      });
    }
    return {
      examined: all.reduce((sum, { entries }) => sum + entries.length, 0),
      found,
      skipped: Object.assign({}, ...all.map(({ skipped }) => skipped)) as State['skipped'],
    };
  },
  decide(given, { examined, found, skipped }) {
    const problem = problemOf(given);
    if (problem !== undefined) return failed(problem, { code: 'args' });
    const files = found.map(({ path, stat, checksum: sum }) => ({ ...statFacts(path, stat), ...(sum ? { checksum: sum } : {}) }));
    const msg = Object.keys(skipped).length === 0 ? 'All paths examined' : 'Not all paths examined, check warnings for details';
    return ok({ files, matched: files.length, examined, msg, skipped_paths: skipped });
  },
});

async function lookBelow(
  asked: string,
  given: Args,
  io: HostReader,
): Promise<{ entries: readonly Entry[]; skipped: { [path: string]: string } }> {
  const path = trim(await absolute(asked, io));
  const depth = given.recurse ? (given.depth ?? null) : 1;
  const answer = await io.ask(below, { path, depth, follow: given.follow });
  if (answer === null) return { entries: [], skipped: { [asked]: `'${asked}' is not a directory` } };
  const [denied] = answer.denied;
  return { entries: answer.entries, skipped: denied === undefined ? {} : { [asked]: denied } };
}

async function holds({ path, stat }: Entry, wanted: Pattern, whole: boolean, io: HostReader): Promise<boolean> {
  if (stat.kind !== 'file' || stat.size > LARGEST) return false;
  const bytes = await io.readFile(path);
  const content = new TextDecoder().decode(bytes ?? new Uint8Array());
  if (whole) return wanted.search(content) !== null;
  return (content.match(/[^\n]*\n|[^\n]+/g) ?? []).some((line) => wanted.search(line)?.index === 0);
}

function problemOf(given: Args): string | undefined {
  const named = given.use_regex ? [...given.patterns, ...given.excludes] : [];
  try {
    for (const source of named) pattern(source);
  } catch (error) {
    if (error instanceof PatternError) return error.message;
    throw error;
  }
  return soughtProblem(given) ?? patternProblem({ contains: given.contains });
}
