/** What blkid and wipefs found on one device, as one answer: what either of them sees is there. */
import type { BlkidAnswer } from '../../probes/blkid.ts';
import type { Signature } from '../../probes/wipefs.ts';

/** PMBR is the protective half of a GPT. */
const TABLES = new Set(['gpt', 'PMBR', 'dos', 'sun', 'sgi', 'bsd', 'mac', 'atari', 'ultrix', 'solaris-x86', 'unixware', 'minix-pt']);

const MEMBERS =
  /(_member|_raid_member)$|^(ceph_bluestore|crypto_LUKS|drbd|VMFS|bcache|DM_snapshot_cow|stratis|oracleasm|BitLocker|promise_fasttrack_raid)$/;

export const isTable = (type: string): boolean => TABLES.has(type);
/** A part of something larger, or a container of other data, which may be in use with nothing mounted. */
export const isMember = (type: string): boolean => MEMBERS.test(type);

export interface Content {
  /** Without partition tables; sorted. */
  readonly signatures: readonly string[];
  readonly tables: readonly string[];
  readonly ambivalent: boolean;
  readonly filesystem: { readonly type: string; readonly label: string | null; readonly uuid: string | null } | null;
}

export function contentOf(blkid: BlkidAnswer, signatures: readonly Signature[]): Content {
  const tags = blkid.is === 'found' ? blkid.tags : {};
  const types = new Set([...signatures.map(({ type }) => type), ...[tags['TYPE'], tags['PTTYPE']].filter((type) => type !== undefined)]);
  const found = [...types].filter((type) => !isTable(type)).sort();
  const tables = [...new Set([...types].filter(isTable).map((type) => (type === 'PMBR' ? 'gpt' : type)))].sort();
  const ambivalent = blkid.is === 'ambivalent' || found.length > 1 || (found.length === 1 && tables.length > 0);
  const type = tags['TYPE'];
  const alone =
    !ambivalent && type !== undefined && tags['USAGE'] === 'filesystem' && signatures.every((signature) => signature.type === type);
  return {
    signatures: found,
    tables,
    ambivalent,
    filesystem: alone ? { type, label: tags['LABEL'] ?? null, uuid: tags['UUID'] ?? null } : null,
  };
}

/** Signature types of a partition, for which blkid alone was asked. */
export function typesOf(blkid: BlkidAnswer): readonly string[] {
  if (blkid.is === 'ambivalent') return ['several'];
  if (blkid.is === 'nothing-found') return [];
  return [blkid.tags['TYPE'], blkid.tags['PTTYPE']].filter((type) => type !== undefined);
}
