/** Modes as chmod and umask take them: "0644", "u=rw,g=r,o=", "a+X". */

export function parseMode(text: string, old: number, more: { readonly directory: boolean; readonly umask: number }): number | undefined {
  if (/^[0-7]{1,5}$/.test(text)) {
    const bits = Number.parseInt(text, 8);
    // A directory keeps its set-id bits unless five digits are given.
    return more.directory && text.length < 5 ? bits | (old & 0o6000) : bits;
  }
  let mode = old;
  for (const clause of text.split(',')) {
    const [, who = '', acts = ''] = /^([ugoa]*)((?:[-+=][rwxXst]*|[-+=][ugo])+)$/.exec(clause) ?? [];
    if (acts === '') return undefined;
    for (const [, operator = '', rights = ''] of acts.matchAll(/([-+=])([rwxXstugo]*)/g))
      mode = applied(mode, { who, operator, rights, ...more });
  }
  return mode;
}

interface Clause {
  readonly who: string;
  readonly operator: string;
  readonly rights: string;
  readonly directory: boolean;
  readonly umask: number;
}

function applied(mode: number, { who, operator, rights, directory, umask }: Clause): number {
  const classes = who === '' || who.includes('a') ? 'ugo' : who;
  let bits = 0;
  let reach = 0;
  for (const one of classes) {
    const shift = { u: 6, g: 3, o: 0 }[one] ?? 0;
    reach |= 7 << shift;
    for (const right of rights) {
      if (right === 'r') bits |= 4 << shift;
      if (right === 'w') bits |= 2 << shift;
      if (right === 'x' || (right === 'X' && (directory || (mode & 0o111) !== 0))) bits |= 1 << shift;
      if (right === 's') bits |= one === 'u' ? 0o4000 : one === 'g' ? 0o2000 : 0;
      if (right === 't') bits |= 0o1000;
      if ('ugo'.includes(right)) bits |= ((mode >> ({ u: 6, g: 3, o: 0 }[right] ?? 0)) & 7) << shift;
    }
  }
  const allowed = who === '' ? bits & ~umask : bits;
  if (operator === '+') return mode | allowed;
  if (operator === '-') return mode & ~allowed;
  return (mode & ~reach) | allowed;
}

export function symbolicUmask(umask: number): string {
  const rights = (bits: number): string => `${bits & 4 ? 'r' : ''}${bits & 2 ? 'w' : ''}${bits & 1 ? 'x' : ''}`;
  const kept = ~umask & 0o777;
  return `u=${rights((kept >> 6) & 7)},g=${rights((kept >> 3) & 7)},o=${rights(kept & 7)}`;
}

const LETTERS = { fifo: 'p', char: 'c', dir: 'd', block: 'b', file: '-', link: 'l' } as const;

/** "drwxr-xr-x" */
export function modeText(kind: keyof typeof LETTERS, mode: number): string {
  const triple = (bits: number, special: boolean, letter: string): string =>
    `${bits & 4 ? 'r' : '-'}${bits & 2 ? 'w' : '-'}${special ? (bits & 1 ? letter : letter.toUpperCase()) : bits & 1 ? 'x' : '-'}`;
  return `${LETTERS[kind]}${triple(mode >> 6, (mode & 0o4000) !== 0, 's')}${triple(mode >> 3, (mode & 0o2000) !== 0, 's')}${triple(mode, (mode & 0o1000) !== 0, 't')}`;
}
