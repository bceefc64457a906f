/** Definitions as text and as JSON. Secrets show as ***: what is left visible passes through the redactor too. */
import { isLazy, type Json, type Resolved, Template, Unknown, type Value } from '../../core/value.ts';
import { type Definition, whyLast } from '../../project/vars/definitions.ts';
import { VaultTemplate } from '../../project/vault/template.ts';

/** The value as written: templates as their text, vaulted ones hidden. */
export function asWritten(value: Value | Resolved): Json {
  if (value instanceof VaultTemplate) return '***';
  if (value instanceof Template) return value.source;
  if (value instanceof Unknown || isLazy(value)) return null;
  if (value instanceof Date) return value.toISOString();
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map((item: Value) => asWritten(item));
  return Object.fromEntries(Object.entries(value as { [key: string]: Value }).map(([key, item]) => [key, asWritten(item)]));
}

const LONGEST = 100;

const shown = ({ value, origin }: Definition): string => {
  if (value === undefined) return `(${origin ?? 'known in a run'})`;
  const text = value instanceof VaultTemplate ? '*** (vault)' : JSON.stringify(asWritten(value));
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
};

const placeOf = ({ at, origin }: Definition): string => (at ? `${at.file}:${at.line}:${at.column}` : (origin ?? ''));

/** One variable: every definition, weakest first, `=>` before the one that wins; those of a play or task say where they hold. */
export function oneVariable(
  host: string,
  name: string,
  about: { all: readonly Definition[]; scoped: readonly Definition[]; value: string },
): string {
  const { all, scoped, value } = about;
  const winner = all.at(-1);
  const rows = [...all, ...scoped].map((one) => ({
    mark: one === winner ? '=>' : '',
    precedence: one.precedence,
    value: shown(one),
    place: `${placeOf(one)}${one.within === undefined ? '' : `  (${one.within})`}`,
  }));
  const width = (of: 'precedence' | 'value'): number => Math.max(...rows.map((row) => row[of].length));
  const lines = rows.map((row) =>
    `${row.mark.padStart(4)} ${row.precedence.padEnd(width('precedence'))}  ${row.value.padEnd(width('value'))}  ${row.place}`.trimEnd(),
  );
  const why = winner ? [`why: ${whyLast(all)}`] : [];
  const local = scoped.length > 0 ? ['what holds within a play, role, block or task wins there by the same order'] : [];
  return `${[`${name} of ${host}${winner ? `: ${value}` : ''}`, ...lines, ...why, ...local].join('\n')}\n`;
}

/** All variables, one line each: the definition that wins. */
export function everyVariable(winners: readonly Definition[]): string {
  const width = Math.max(0, ...winners.map(({ name }) => name.length));
  return winners.map((one) => `${one.name.padEnd(width)}  ${shown(one)}  ${one.precedence}, ${placeOf(one)}\n`).join('');
}

export const asJson = (one: Definition, wins: boolean) => ({
  name: one.name,
  value: one.value === undefined ? null : asWritten(one.value),
  precedence: one.precedence,
  ...(one.at ? { file: one.at.file, line: one.at.line, column: one.at.column } : {}),
  ...(one.origin === undefined ? {} : { origin: one.origin }),
  ...(one.within === undefined ? {} : { within: one.within }),
  wins,
});
