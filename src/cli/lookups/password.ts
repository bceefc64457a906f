/** The lookup `password`: read from its file, or made and kept there; /dev/null keeps nothing. */
import { randomInt } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { settled } from '../../core/resolve.ts';
import type { Resolved } from '../../core/value.ts';
import { withExtra } from '../../engine/conditions.ts';
import { Slots } from '../../engine/slots.ts';
import { type Lookup, type LookupCall, Random } from '../../template/index.ts';
import type { LookupParts } from './index.ts';
import { inlined, option } from './place.ts';

const LETTERS = 'abcdefghijklmnopqrstuvwxyz';
const CHARS: { readonly [name: string]: string } = {
  ascii_letters: LETTERS + LETTERS.toUpperCase(),
  ascii_lowercase: LETTERS,
  ascii_uppercase: LETTERS.toUpperCase(),
  digits: '0123456789',
  hexdigits: '0123456789abcdefABCDEF',
  octdigits: '01234567',
  punctuation: '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~',
};
const OPTIONS = ['length', 'chars', 'encrypt', 'ident', 'seed'] as const;

type Parts = Pick<LookupParts, 'render' | 'onSecret'>;

/** `lookup('password', 'path length=20 chars=ascii_letters,digits')`; `encrypt` hashes it, `seed` makes the same one again. */
export function password(parts: Parts): Lookup {
  // Hosts ask side by side: the first makes the password, the others find it.
  const turns = new Map<string, Slots>();
  const turnAt = (file: string): Slots => {
    const known = turns.get(file) ?? new Slots(1);
    turns.set(file, known);
    return known;
  };
  return (call) =>
    Promise.all(
      call.terms.map((term) => {
        const { key, call: own } = inlined(term, call, OPTIONS);
        if (key === '/dev/null') return one(undefined, own, parts);
        const file = resolve(String(call.scope.get('playbook_dir') ?? '.'), key);
        return turnAt(file).use(() => one(file, own, parts));
      }),
    );
}

async function one(file: string | undefined, call: LookupCall, { render, onSecret }: Parts): Promise<Resolved> {
  const line = file === undefined ? undefined : (await readFile(file, 'utf8').catch(() => undefined))?.trimEnd();
  const [, known, keptSalt, keptIdent] = /^(.*?)(?: salt=(\S*?)(?: ident=(\S*))?)?$/s.exec(line ?? '') ?? [];
  const word =
    line === undefined ? generate(Number(option(call, 'length', '20')), charsOf(call), call.options['seed'] ?? null) : (known ?? '');
  onSecret(word);
  const scheme = option(call, 'encrypt', '');
  const salt =
    scheme === ''
      ? undefined
      : (keptSalt ?? generate(/bcrypt|blowfish/.test(scheme) ? 22 : 8, `${CHARS['ascii_letters']}${CHARS['digits']}./`, null));
  const ident = keptIdent ?? (option(call, 'ident', scheme === 'bcrypt' ? '2b' : '') || undefined);
  if (file !== undefined && (line === undefined || (salt !== undefined && keptSalt === undefined))) {
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    const kept = salt === undefined ? word : `${word} salt=${salt}${ident === undefined ? '' : ` ident=${ident}`}`;
    await writeFile(file, `${kept}\n`, { mode: 0o600 });
  }
  if (salt === undefined) return word;
  const scope = withExtra(call.scope, { word, scheme, salt });
  return settled(() => render('{{ word | password_hash(scheme, salt=salt) }}', { file: call.at.file }, scope));
}

/** What may stand in it: names of sets, and characters themselves; two commas are one. Quotes never do. */
function charsOf(call: LookupCall): string {
  const given = call.options['chars'] ?? ['ascii_letters', 'digits', '.,:-_'];
  const parts = Array.isArray(given) ? given.map(String) : [...(String(given).includes(',,') ? [','] : []), ...String(given).split(',')];
  return parts
    .map((part) => CHARS[part] ?? part)
    .join('')
    .replace(/["']/g, '');
}

function generate(length: number, chars: string, seed: Resolved): string {
  const random = seed === null ? undefined : new Random(String(seed));
  return Array.from({ length }, () => chars[random ? random.below(chars.length) : randomInt(chars.length)]).join('');
}
