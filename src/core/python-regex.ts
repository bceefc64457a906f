/** Python's regular expressions in JavaScript's spelling: for the expression language and for modules that take patterns. */

/** A pattern that is no regular expression, or for which JavaScript has nothing that means the same. */
export class PatternError extends Error {}

const fail = (message: string): never => {
  throw new PatternError(message);
};

const WORD = '\\p{L}\\p{N}_';
const BOUNDARY = `(?:(?<=[${WORD}])(?![${WORD}])|(?<![${WORD}])(?=[${WORD}]))`;
const INSIDE_WORD = `(?:(?<=[${WORD}])(?=[${WORD}])|(?<![${WORD}])(?![${WORD}]))`;
/** Characters that keep their backslash in a JavaScript pattern with the flag "u". */
const SYNTAX = /[\^$\\.*+?()[\]{}|/]/;

export interface Translated {
  readonly source: string;
  readonly flags: string;
  /** A group with a quantifier in it is repeated itself: such patterns can take exponential time. */
  readonly risky: boolean;
  /** How many parts may repeat without a bound. */
  readonly loops: number;
}

export interface RegexOptions {
  readonly ignoreCase?: boolean;
  readonly multiline?: boolean;
  readonly dotAll?: boolean;
}

/** Throws PatternError where JavaScript has nothing that means the same. */
export function translate(source: string, options: RegexOptions): Translated {
  let { ignoreCase = false, multiline = false, dotAll = false } = options;
  let verbose = false;
  const prefix = /^\(\?([aiLmsux]+)\)/.exec(source);
  for (const letter of prefix?.[1] ?? '') {
    if (letter === 'i') ignoreCase = true;
    else if (letter === 'm') multiline = true;
    else if (letter === 's') dotAll = true;
    else if (letter === 'x') verbose = true;
  }
  const made = new Translator(source.slice(prefix?.[0].length ?? 0), multiline, verbose).run();
  return { ...made, flags: `u${ignoreCase ? 'i' : ''}${multiline ? 'm' : ''}${dotAll ? 's' : ''}` };
}

class Translator {
  readonly #text: string;
  readonly #multiline: boolean;
  readonly #verbose: boolean;
  #at = 0;
  #out = '';
  #loops = 0;
  #risky = false;
  /** For each open group: whether a repetition stands in it. */
  readonly #groups: boolean[] = [];
  #closedLooping = false;

  constructor(text: string, multiline: boolean, verbose: boolean) {
    this.#text = text;
    this.#multiline = multiline;
    this.#verbose = verbose;
  }

  run(): { source: string; risky: boolean; loops: number } {
    while (this.#at < this.#text.length) this.#one();
    return { source: this.#out, risky: this.#risky, loops: this.#loops };
  }

  #take(length: number): string {
    const piece = this.#text.slice(this.#at, this.#at + length);
    this.#at += length;
    return piece;
  }

  #one(): void {
    const char = this.#text.charAt(this.#at);
    const closed = this.#closedLooping;
    this.#closedLooping = false;
    if (char === '\\') this.#out += this.#escape(false);
    else if (char === '[') this.#set();
    else if (char === '(') this.#open();
    else if (char === ')') {
      this.#closedLooping = this.#groups.pop() ?? false;
      this.#out += this.#take(1);
    } else if (char === '*' || char === '+') this.#repeat(this.#take(1), closed, true);
    else if (char === '?') this.#repeat(this.#take(1), false, false);
    else if (char === '{') this.#braces(closed);
    else if (char === '}' || char === ']') this.#out += `\\${this.#take(1)}`;
    else if (char === '$') {
      this.#take(1);
      // Without multiline Python's $ also stands before a newline at the end.
      this.#out += this.#multiline ? '$' : '(?=\\n?$(?![\\s\\S]))';
    } else if (this.#verbose && /\s/.test(char)) this.#take(1);
    else if (this.#verbose && char === '#') while (this.#at < this.#text.length && this.#take(1) !== '\n');
    else this.#out += this.#take(this.#text.codePointAt(this.#at) === char.charCodeAt(0) ? 1 : 2);
  }

  #repeat(text: string, closedLooping: boolean, unbounded: boolean): void {
    if (unbounded) {
      this.#loops += 1;
      if (closedLooping) this.#risky = true;
      for (let i = 0; i < this.#groups.length; i++) this.#groups[i] = true;
    }
    this.#out += text;
    const next = this.#text.charAt(this.#at);
    if (next === '+') fail('possessive quantifiers are not offered in regular expressions');
    if (next === '?') this.#out += this.#take(1);
  }

  #braces(closedLooping: boolean): void {
    const match = /^\{(\d*)(,?)(\d*)\}/.exec(this.#text.slice(this.#at));
    if (!match || (match[1] === '' && match[3] === '')) {
      this.#take(1);
      this.#out += '\\{';
      return;
    }
    const [whole, low = '', comma = '', high = ''] = match;
    this.#take(whole.length);
    const most = high === '' ? Number(low) : Number(high);
    if (most > 10_000) fail('a repetition of more than 10000 times is not offered in regular expressions');
    const unbounded = (comma === ',' && high === '') || most > 10;
    this.#repeat(`{${low === '' ? '0' : low}${comma}${high}}`, closedLooping, unbounded);
  }

  #open(): void {
    const rest = this.#text.slice(this.#at);
    this.#groups.push(false);
    const comment = /^\(\?#[^)]*\)/.exec(rest);
    if (comment) {
      this.#groups.pop();
      this.#take(comment[0].length);
      return;
    }
    const named = /^\(\?P<(\w+)>/.exec(rest);
    if (named) {
      this.#take(named[0].length);
      this.#out += `(?<${named[1]}>`;
      return;
    }
    const back = /^\(\?P=(\w+)\)/.exec(rest);
    if (back) {
      this.#groups.pop();
      this.#take(back[0].length);
      this.#out += `\\k<${back[1]}>`;
      return;
    }
    const plain = /^\((?:\?(?::|=|!|<=|<!))?/.exec(rest)?.[0] ?? '(';
    if (plain === '(' && rest.startsWith('(?')) this.#inline(rest);
    else this.#out += this.#take(plain.length);
  }

  /** `(?i:…)`: only where the engine knows modifiers. */
  #inline(rest: string): void {
    const flags = /^\(\?[aimsux]*(?:-[imsx]+)?:/.exec(rest)?.[0];
    if (flags === undefined) fail(`'${rest.slice(0, 4)}…' is not offered in regular expressions`);
    fail('flags inside a regular expression are not offered: put (?i) at its start');
  }

  #set(): void {
    this.#take(1);
    let made = '[';
    if (this.#text.charAt(this.#at) === '^') made += this.#take(1);
    let first = true;
    for (;;) {
      const char = this.#text.charAt(this.#at);
      if (char === '') fail('unterminated character set');
      if (char === ']' && !first) break;
      first = false;
      if (char === '\\') made += this.#escape(true);
      else if (/[[\]{}()/|^$.*+?]/.test(char)) made += `\\${this.#take(1)}`;
      else if (char === '-') made += this.#dash(made);
      else made += this.#take(char >= '\ud800' && char <= '\udbff' ? 2 : 1);
    }
    this.#take(1);
    this.#out += `${made}]`;
  }

  /** A dash beside a class or at an end is itself. */
  #dash(made: string): string {
    this.#take(1);
    const ends = made === '[' || made === '[^' || this.#text.charAt(this.#at) === ']';
    const besideClass = /(?:\\p\{\w+\}|_|\\s|\\S)$/.test(made) || /^\\[wdsWDS]/.test(this.#text.slice(this.#at));
    return ends || besideClass ? '\\-' : '-';
  }

  #escape(inSet: boolean): string {
    this.#take(1);
    const char = this.#take(1);
    switch (char) {
      case '':
        return fail('bad escape (end of pattern)');
      case 'w':
        return inSet ? WORD : `[${WORD}]`;
      case 'W':
        return inSet ? '\\W' : `[^${WORD}]`;
      case 'd':
        return '\\p{Nd}';
      case 'D':
        return '\\P{Nd}';
      case 'b':
        return inSet ? '\\x08' : BOUNDARY;
      case 'B':
        return INSIDE_WORD;
      case 'A':
        return '(?<![\\s\\S])';
      case 'Z':
        return '(?![\\s\\S])';
      case 'a':
        return '\\x07';
      case 'U':
        return `\\u{${this.#take(8)}}`;
      case '0': {
        const digits = /^[0-7]{0,2}/.exec(this.#text.slice(this.#at))?.[0] ?? '';
        this.#take(digits.length);
        return `\\x${Number.parseInt(digits || '0', 8)
          .toString(16)
          .padStart(2, '0')}`;
      }
      default:
        if (/[1-9nrtfvsSxu]/.test(char)) return `\\${char}`;
        if (/[a-zA-Z]/.test(char)) return fail(`bad escape \\${char}`);
        return SYNTAX.test(char) ? `\\${char}` : inSet && char === '-' ? '\\-' : char;
    }
  }
}
