/** Free-form command lines: split as Python's shlex does, and `creates=…` options taken out as Ansible does. */

export interface Word {
  /** Without quotes and escapes. */
  readonly value: string;
  /** Offsets of the word as written. */
  readonly start: number;
  readonly end: number;
}

export type Split = { readonly words: readonly Word[] } | { readonly problem: string };

const SPACE = /[ \t\r\n]/;

/** Words between blanks; '…' is literal, "…" knows \" and \\, a backslash elsewhere takes the next character as it is. */
export function split(text: string): Split {
  const words: Word[] = [];
  let at = 0;
  while (at < text.length) {
    if (SPACE.test(text.charAt(at))) {
      at++;
      continue;
    }
    const word = wordAt(text, at);
    if ('problem' in word) return word;
    words.push(word);
    at = word.end;
  }
  return { words };
}

function wordAt(text: string, start: number): Word | { readonly problem: string } {
  let value = '';
  let at = start;
  let quote = '';
  for (; at < text.length; at++) {
    const char = text.charAt(at);
    if (quote === '' && SPACE.test(char)) break;
    if (char === quote) quote = '';
    else if (quote === '' && (char === "'" || char === '"')) quote = char;
    else if (char === '\\' && quote !== "'") {
      const next = text.charAt(++at);
      if (next === '') return { problem: 'it ends in a backslash with nothing after it' };
      value += quote === '"' && next !== '"' && next !== '\\' ? `\\${next}` : next;
    } else value += char;
  }
  return quote === '' ? { value, start, end: at } : { problem: `the quote ${quote} is never closed` };
}

/** Options that may stand inside a free-form line. */
export const LINE_OPTIONS = ['creates', 'removes', 'chdir', 'executable', 'stdin'] as const;
type LineOptions = { readonly [option in (typeof LINE_OPTIONS)[number]]?: string };

/** A backslash that stands alone joins its line with the next one, as Ansible has it before any shell sees the text; not in quotes. */
function continued(text: string): string {
  let out = '';
  let quote = '';
  for (let at = 0; at < text.length; at++) {
    const char = text.charAt(at);
    if (quote === '' && char === '\\' && /^\s?$/.test(text.charAt(at + 1)) && /(^|\s)$/.test(out)) {
      if (text.charAt(at + 1) === '\n') at++;
      out = out.replace(/ $/, '');
      if (/\S/.test(text.charAt(at + 1))) out += ' ';
      continue;
    }
    if ((char === '"' || char === "'") && text.charAt(at - 1) !== '\\') quote = quote === '' ? char : quote === char ? '' : quote;
    out += char;
  }
  return out;
}

/** `make db creates=/var/db` → `make db` and { creates: '/var/db' }. A line that cannot be split stays as it is. */
export function takeOptions(written: string): { readonly line: string; readonly options: LineOptions } {
  const line = continued(written);
  const found = split(line);
  if ('problem' in found) return { line, options: {} };
  const options: { [option: string]: string } = {};
  let rest = '';
  let from = 0;
  for (const word of found.words) {
    const cut = word.value.indexOf('=');
    const name = word.value.slice(0, cut);
    if (!LINE_OPTIONS.some((option) => option === name) || !line.startsWith(`${name}=`, word.start)) continue;
    options[name] = word.value.slice(cut + 1);
    rest += line.slice(from, word.start);
    from = word.end;
  }
  return { line: from === 0 ? line : (rest + line.slice(from)).trim(), options };
}

// $NAME or ${NAME}, as Python's os.path.expandvars reads them; other dollars are text.
const VARIABLE = /\$([A-Za-z_][A-Za-z0-9_]*|\{[A-Za-z_][A-Za-z0-9_]*\})/g;

/**
 * The argv that runs `argv` with `~`, `~user`, `$NAME` and `${NAME}` worked out on the host; unset variables stay as written. Nothing
 * of the arguments becomes shell text: literal parts travel as positional parameters.
 */
export function expanding(argv: readonly [string, ...string[]]): readonly [string, ...string[]] {
  if (!argv.some((arg) => arg.startsWith('~') || arg.search(VARIABLE) >= 0)) return argv;
  const literals: string[] = [];
  const literal = (text: string): string => (text === '' ? '' : `"\${${literals.push(text)}}"`);
  const script = argv.map((arg) => {
    // An unquoted ~user is expanded by the shell only at the start of a word; it may hold nothing but a user name.
    const tilde = /^~[A-Za-z0-9._-]*(?=\/|$)/.exec(arg)?.[0] ?? '';
    let out = tilde;
    let from = tilde.length;
    for (const match of arg.matchAll(VARIABLE)) {
      const name = match[0].replace(/[${}]/g, '');
      out += `${literal(arg.slice(from, match.index))}"\${${name}-\${${literals.push(match[0])}}}"`;
      from = match.index + match[0].length;
    }
    // `~"${1}"` would not be expanded: the slash has to stand unquoted.
    const rest = arg.slice(from);
    out += tilde !== '' && from === tilde.length && rest.startsWith('/') ? `/${literal(rest.slice(1))}` : literal(rest);
    return out === '' ? '""' : out;
  });
  return ['sh', '-c', `exec ${script.join(' ')}`, 'sh', ...literals];
}
