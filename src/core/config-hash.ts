/** Names of ConfigMaps and Secrets that change with their content. */
import { createHash } from 'node:crypto';

const LETTERS: { readonly [digit: string]: string } = { '0': 'g', '1': 'h', '3': 'k', a: 'm', e: 't' };

/** Ten letters and digits for the JSON text of what the object holds, as kubectl and kubernetes.core have them. */
export const configHash = (text: string): string =>
  [...createHash('sha256').update(text).digest('hex').slice(0, 10)].map((char) => LETTERS[char] ?? char).join('');
