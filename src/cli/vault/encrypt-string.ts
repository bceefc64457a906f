/** `pb vault encrypt_string`: values for variables files, in the words and form of ansible-vault. */
import { PbError } from '../../core/diagnostic.ts';
import type { VaultPassword } from '../../project/index.ts';
import { ask } from '../passwords.ts';
import { input, sealed } from './inputs.ts';

export interface StringFlags {
  readonly prompt?: boolean;
  readonly showInput?: boolean;
  readonly name: readonly string[];
  readonly stdinName?: string;
}

interface Given {
  readonly plain: Uint8Array;
  readonly name: string | undefined;
  readonly from: string;
}

/** The block to paste, and what tells several of them apart (for stderr). Throws PbError 'args' for empty text. */
export async function encryptedStrings(
  texts: readonly string[],
  flags: StringFlags,
  by: VaultPassword,
): Promise<{ readonly out: string; readonly notes: readonly string[] }> {
  const words = texts.filter((text) => text !== '-');
  const fromStdin = texts.includes('-') || flags.stdinName !== undefined || (texts.length === 0 && !flags.prompt);
  if (flags.prompt && fromStdin) throw new PbError('args', '--prompt and reading from stdin exclude each other');
  const given: Given[] = [];
  if (flags.prompt) {
    const name = await ask('Variable name (enter for no name): ', false);
    const text = await ask(flags.showInput ? 'String to encrypt: ' : 'String to encrypt (hidden): ', !flags.showInput);
    given.push({ plain: Buffer.from(text), name: name || undefined, from: 'the interactive prompt' });
  }
  if (fromStdin) given.push({ plain: await input('-'), name: flags.stdinName, from: 'stdin' });
  words.forEach((text, index) => void given.push({ plain: Buffer.from(text), name: flags.name[index], from: 'the command line args' }));
  for (const { plain, from } of given)
    if (plain.length === 0) throw new PbError('args', `the text from ${from} is empty: not encrypting it`);
  const out = given.map(({ plain, name }) => block(sealed(plain, by), name)).join('\n');
  const notes = given.length > 1 ? given.map(noteOf) : [];
  return { out: `${out}\n`, notes };
}

const noteOf = ({ name, from }: Given, index: number): string =>
  name === undefined
    ? `# The encrypted version of the string #${index + 1} from ${from}.`
    : `# The encrypted version of variable ("${name}", the string #${index + 1} from ${from}).`;

/**
 * ```
 * name: !vault |
 *           $ANSIBLE_VAULT;1.1;AES256
 * ```
 */
const block = (vault: string, name: string | undefined): string =>
  [
    `${name === undefined ? '' : `${name}: `}!vault |`,
    ...vault
      .trimEnd()
      .split('\n')
      .map((line) => `          ${line}`),
  ].join('\n');
