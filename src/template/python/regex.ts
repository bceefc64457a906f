/** Regular expressions with Python's meaning that cannot hang a run: dangerous ones are stopped by a watchdog. */
import vm from 'node:vm';
import { Fault, fail } from '../value/undef.ts';
import { type RegexOptions, translate } from './regex-syntax.ts';

/** ms that one match of a dangerous pattern may take. */
const PATIENCE = 300;
/** Rough count of steps up to which a match is made without the watchdog. */
const QUICK = 2_000_000;
const CACHE_SIZE = 500;
const MAX_MATCHES = 200_000;

export interface Match {
  readonly start: number;
  readonly end: number;
  /** The whole match, then the groups; undefined: the group took no part. */
  readonly groups: readonly (string | undefined)[];
  readonly named: { readonly [name: string]: string | undefined };
}

interface Pattern {
  /** How many groups it has, and their names. */
  groups(): { readonly count: number; readonly names: readonly string[] };
  /** Anywhere in the text. */
  search(text: string): Match | undefined;
  /** At the beginning. */
  match(text: string): Match | undefined;
  full(text: string): Match | undefined;
  all(text: string): Match[];
}

const context = vm.createContext(Object.create(null) as object);
const watched = new vm.Script('task()');

/** Runs with a time limit: V8 interrupts a regular expression that backtracks. */
function watch<T>(task: () => T): T {
  const sandbox = context as { task?: () => T };
  sandbox.task = task;
  try {
    return watched.runInContext(context, { timeout: PATIENCE }) as T;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT')
      throw new Fault('limit', `the regular expression took more than ${PATIENCE} ms`, {
        hint: () => 'it backtracks: repetitions inside repetitions do',
      });
    throw error;
  } finally {
    delete sandbox.task;
  }
}

const cache = new Map<string, Pattern>();

export function pattern(source: string, options: RegexOptions = {}): Pattern {
  const key = `${options.ignoreCase ? 'i' : ''}${options.multiline ? 'm' : ''}${options.dotAll ? 's' : ''}/${source}`;
  const known = cache.get(key);
  if (known) return known;
  const made = compile(source, options);
  if (cache.size >= CACHE_SIZE) cache.clear();
  cache.set(key, made);
  return made;
}

function compile(source: string, options: RegexOptions): Pattern {
  const { source: js, flags, risky, loops } = translate(source, options);
  const make = (text: string, more: string): RegExp => {
    try {
      return new RegExp(text, flags + more);
    } catch (error) {
      return fail(`the regular expression '${source}' is not valid: ${error instanceof Error ? error.message : ''}`);
    }
  };
  const anywhere = make(js, 'g');
  let sticky: RegExp | undefined;
  let whole: RegExp | undefined;
  const safely = <T>(text: string, task: () => T): T => {
    const cost = Math.max(1, text.length) ** Math.min(loops + 1, 6);
    return (risky && text.length > 12) || cost > QUICK ? watch(task) : task();
  };
  const at = (regex: RegExp, text: string, from: number): RegExpExecArray | null => {
    regex.lastIndex = from;
    return regex.exec(text);
  };
  const once = (regex: RegExp, text: string): Match | undefined => {
    const found = safely(text, () => at(regex, text, 0));
    return found ? toMatch(found) : undefined;
  };
  return {
    groups() {
      const empty = make(`(?:${js})|`, '').exec('');
      return { count: (empty?.length ?? 1) - 1, names: Object.keys(empty?.groups ?? {}) };
    },
    search: (text) => once(anywhere, text),
    match: (text) => once((sticky ??= make(js, 'y')), text),
    full: (text) => once((whole ??= make(`(?:${js})(?![\\s\\S])`, 'y')), text),
    all: (text) =>
      safely(text, () => {
        const made: Match[] = [];
        // matchAll starts where the pattern's last search ended.
        anywhere.lastIndex = 0;
        for (const found of text.matchAll(anywhere)) {
          if (made.length >= MAX_MATCHES) throw new Fault('limit', `more than ${MAX_MATCHES} matches`);
          made.push(toMatch(found));
        }
        return made;
      }),
  };
}

const toMatch = (found: RegExpExecArray): Match => ({
  start: found.index,
  end: found.index + found[0].length,
  groups: [...found],
  named: found.groups ?? {},
});

const REFERENCE = /\\(?:g<(\w+)>|(\d{1,2})|(.))/gs;
const PLAIN: { readonly [letter: string]: string } = { n: '\n', t: '\t', r: '\r', a: '\x07', f: '\f', v: '\v', b: '\b', '\\': '\\' };

/** Python's replacement text: \1, \g<1>, \g<name>, \n. */
export function expand(template: string, match: Match): string {
  if (!template.includes('\\')) return template;
  return template.replace(REFERENCE, (whole, name: string | undefined, index: string | undefined, letter: string | undefined) => {
    const reference = name ?? index;
    if (reference !== undefined) {
      const number = Number(reference);
      return (Number.isInteger(number) ? match.groups[number] : match.named[reference]) ?? '';
    }
    if (letter !== undefined && Object.hasOwn(PLAIN, letter)) return PLAIN[letter] ?? whole;
    return letter !== undefined && /[a-zA-Z]/.test(letter) ? fail(`bad escape \\${letter}`) : whole;
  });
}

/** Python refuses a reference to a group that does not exist even where nothing matches. */
function checkReferences(source: Pattern, replacement: string): void {
  if (!replacement.includes('\\')) return;
  const { count, names } = source.groups();
  for (const [, name, index] of replacement.matchAll(REFERENCE)) {
    const reference = name ?? index;
    if (reference === undefined) continue;
    const number = Number(reference);
    if (Number.isInteger(number) ? number > count : !names.includes(reference)) fail(`invalid group reference ${reference}`);
  }
}

/** `re.sub`, at most `count` times when that is not 0. */
export function substitute(
  source: Pattern,
  text: string,
  replacement: string,
  count: number,
): { readonly text: string; readonly count: number } {
  checkReferences(source, replacement);
  const matches = source.all(text);
  const used = count > 0 ? matches.slice(0, count) : matches;
  let made = '';
  let at = 0;
  for (const match of used) {
    made += text.slice(at, match.start) + expand(replacement, match);
    at = match.end;
  }
  return { text: made + text.slice(at), count: used.length };
}
