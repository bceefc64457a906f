/** File modes: octal text and chmod's symbolic form. */

const WHO = { u: 0o700, g: 0o070, o: 0o007 } as const;
/** Sticky counts as a right of others when it is taken away. */
const SPECIAL = { u: 0o4000, g: 0o2000, o: 0o1000 } as const;
/** What a clause without a "who" does not give: pb assumes the usual umask, so that the answer is the same on every host. */
const UMASK = 0o022;
const CLAUSE = /^([ugoa]*)((?:[+=-](?:[rwxXst]*|[ugo]))+)$/;

/** Whether chmod would understand it. */
export const isMode = (mode: string): boolean =>
  /^[0-7]{3,5}$/.test(mode) || (mode !== '' && mode.split(',').every((clause) => CLAUSE.test(clause)));

/** Octal text of four digits. `now` is what a symbolic mode starts from: the path's mode, or that of a new one. */
export function resolveMode(mode: string, now: string, directory: boolean): string {
  if (/^[0-7]+$/.test(mode)) return octal(Number.parseInt(mode, 8));
  return octal(mode.split(',').reduce((bits, clause) => applied(clause, bits, directory), Number.parseInt(now, 8)));
}

const octal = (bits: number): string => (bits & 0o7777).toString(8).padStart(4, '0');

function applied(clause: string, start: number, directory: boolean): number {
  const [, who = '', actions = ''] = CLAUSE.exec(clause) ?? [];
  const names =
    who === '' || who.includes('a') ? (['u', 'g', 'o'] as const) : (['u', 'g', 'o'] as const).filter((name) => who.includes(name));
  const spared = who === '' ? UMASK : 0;
  let bits = start;
  for (const [, sign = '', rights = ''] of actions.matchAll(/([+=-])([ugo]|[rwxXst]*)/g)) {
    let mask = 0;
    let given = 0;
    for (const name of names) {
      mask |= WHO[name] | SPECIAL[name];
      given |= granted(rights, name, bits, directory);
    }
    given &= ~spared;
    if (rights.includes('t')) given |= 0o1000;
    if (sign === '+') bits |= given;
    else if (sign === '-') bits &= ~given;
    // chmod keeps setuid and setgid of directories unless they are named
    else bits = (bits & ~(mask & ~(directory ? 0o6000 : 0))) | given;
  }
  return bits;
}

function granted(rights: string, name: 'u' | 'g' | 'o', bits: number, directory: boolean): number {
  const shift = { u: 6, g: 3, o: 0 }[name];
  const copied = /^[ugo]$/.test(rights) ? (bits >> { u: 6, g: 3, o: 0 }[rights as 'u' | 'g' | 'o']) & 7 : 0;
  const plain = (rights.includes('r') ? 4 : 0) | (rights.includes('w') ? 2 : 0) | (rights.includes('x') ? 1 : 0);
  const search = rights.includes('X') && (directory || (bits & 0o111) !== 0) ? 1 : 0;
  return ((copied | plain | search) << shift) | (rights.includes('s') && name !== 'o' ? SPECIAL[name] : 0);
}
