/** The one quoting function: every word that reaches a shell passes through it. */
import { PbError } from './diagnostic.ts';

const PLAIN = /^[A-Za-z0-9_@%+:,./-]+$/;

/** A word for a POSIX shell that comes out as exactly `text`. Throws PbError 'args' for NUL, which no argument can hold. */
export function quote(text: string): string {
  if (text.includes('\0')) throw new PbError('args', 'a command argument cannot hold a NUL character');
  return PLAIN.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

export const quoteAll = (argv: readonly string[]): string => argv.map(quote).join(' ');
