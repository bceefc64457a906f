/** Words on their way to arguments: pieces that may be split and matched against file names, and pieces that may not. */

import { maybe } from '../world/errno.ts';
import { entry, find, names, type Sight } from '../world/files.ts';
import { escapePattern, isPattern, matches } from './pattern.ts';

interface Field {
  text: string;
  /** The same with quoted characters escaped. */
  pattern: string;
  /** Something stands here, if only "". */
  there: boolean;
}

export class Fields {
  readonly #ifs: string;
  readonly #done: Field[] = [];
  #now: Field = { text: '', pattern: '', there: false };

  constructor(ifs: string) {
    this.#ifs = ifs;
  }

  quoted(text: string): void {
    this.#now.text += text;
    this.#now.pattern += escapePattern(text);
    this.#now.there = true;
  }

  /** Written so in the script: never split, but a pattern where it looks like one. */
  literal(text: string): void {
    this.#now.text += text;
    this.#now.pattern += text.replaceAll('\\', '\\\\');
    this.#now.there = true;
  }

  /** What an unquoted expansion gave. */
  split(text: string): void {
    let word = '';
    const flush = (): void => {
      if (word !== '') this.literal(word);
      word = '';
    };
    for (let at = 0; at < text.length; at++) {
      const character = text[at] ?? '';
      if (!this.#ifs.includes(character)) {
        word += character;
        continue;
      }
      const blank = ' \t\n'.includes(character);
      flush();
      if (blank) {
        if (this.#now.there) this.next();
        continue;
      }
      this.#now.there = true;
      this.next();
      while (' \t\n'.includes(text[at + 1] ?? 'x') && this.#ifs.includes(text[at + 1] ?? '')) at++;
    }
    flush();
  }

  /** What follows belongs to another field. */
  next(): void {
    this.#done.push(this.#now);
    this.#now = { text: '', pattern: '', there: false };
  }

  /** The fields, with file names in place of patterns that some fit; `sight` is left out where names are not looked for. */
  finish(sight: Sight | undefined): string[] {
    if (this.#now.there) this.#done.push(this.#now);
    return this.#done
      .filter(({ there }) => there)
      .flatMap(({ text, pattern }) => (sight && isPattern(pattern) ? glob(sight, pattern, text) : [text]));
  }

  /** All in one, as assignments have it. */
  get text(): string {
    return [...this.#done, this.#now].map(({ text }) => text).join(' ');
  }

  get pattern(): string {
    return this.#now.pattern;
  }
}

/** Paths that fit, sorted; the word itself where none does. */
function glob(sight: Sight, pattern: string, word: string): string[] {
  const parts = pattern.split('/');
  let found = [pattern.startsWith('/') ? '/' : ''];
  for (const [index, part] of parts.entries()) {
    if (part === '') continue;
    const last = index === parts.length - 1;
    found = found.flatMap((base) => below(sight, base, { part, last }));
  }
  if (pattern.endsWith('/')) found = found.map((path) => `${path}/`).filter((path) => maybe(() => find(sight, path)));
  return found.length > 0 ? found.sort() : [word];
}

function below(sight: Sight, base: string, { part, last }: { part: string; last: boolean }): string[] {
  const prefix = base === '' || base.endsWith('/') ? base : `${base}/`;
  if (!isPattern(part)) {
    const path = `${prefix}${part.replace(/\\(.)/g, '$1')}`;
    return maybe(() => find(sight, path, !last)) ? [path] : [];
  }
  return (
    maybe(() => {
      const dir = find(sight, base === '' ? '.' : base);
      if (dir.node.kind !== 'dir') return [];
      const { node } = dir;
      return names(sight, node, dir.path)
        .filter((name) => matches(name, part) && (part.startsWith('.') || !name.startsWith('.')))
        .filter((name) => last || entry(sight, node, `${dir.path === '/' ? '' : dir.path}/${name}`)?.kind !== 'file')
        .map((name) => `${prefix}${name}`);
    }) ?? []
  );
}
