/** Files of the controller as Ansible reads them: one that is vaulted is opened with the run's passwords. */
import { PbError } from '../core/diagnostic.ts';
import { isVault, openVault, type VaultPassword } from '../project/index.ts';

/** Content as it is stored → as it is meant. Throws PbError 'args' where no password fits. */
export type Opened = (stored: Buffer, path: string) => Buffer;

/** Longer contents, and those that are no text, are shown by their checksum only. */
const LONGEST_SHOWN = 256 * 1024;

export const openedWith =
  (passwords: readonly VaultPassword[], onSecret: (value: string) => void): Opened =>
  (stored, path) => {
    if (!isVault(stored.subarray(0, 32).toString('latin1'))) return stored;
    const answer = openVault(stored.toString('utf8'), passwords);
    if ('why' in answer) throw new PbError('args', `${path} ${answer.why}`, { hint: answer.hint });
    const plain = Buffer.from(answer.bytes);
    if (plain.length <= LONGEST_SHOWN && !plain.includes(0)) onSecret(plain.toString('utf8'));
    return plain;
  };
