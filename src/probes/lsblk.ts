/** lsblk: the tree of block devices. Old (RHEL 8, util-linux 2.32: every value a string, one MOUNTPOINT, fewer columns) and new answers. */
import { PbError } from '../core/diagnostic.ts';
import { defineProbe, type Output } from '../core/probe.ts';
import { isObject } from '../core/value.ts';

export type BlockDevice = {
  readonly name: string;
  readonly kname: string;
  /** "8:16" */
  readonly maj_min: string;
  /** disk, part, lvm, crypt, mpath, raid1, loop, rom … */
  readonly type: string;
  readonly size_bytes: number;
  readonly read_only: boolean;
  readonly removable: boolean;
  readonly rotational: boolean;
  readonly model: string | null;
  readonly vendor: string | null;
  readonly serial: string | null;
  readonly wwn: string | null;
  readonly tran: string | null;
  readonly hctl: string | null;
  /** From udev's database: null proves nothing. */
  readonly fstype: string | null;
  readonly label: string | null;
  readonly parttype: string | null;
  readonly partlabel: string | null;
  readonly mountpoints: readonly string[];
  readonly children: readonly BlockDevice[];
};

const COLUMNS = 'NAME,KNAME,MAJ:MIN,TYPE,SIZE,RO,RM,ROTA,MODEL,VENDOR,SERIAL,WWN,TRAN,HCTL,FSTYPE,LABEL,PARTTYPE,PARTLABEL';

export const lsblk = defineProbe<null, readonly BlockDevice[]>({
  name: 'lsblk',
  // MOUNTPOINTS came with 2.37; an older lsblk says "unknown column" and exits 1.
  argv: () => ['sh', '-c', `lsblk -J -b -o ${COLUMNS},MOUNTPOINTS 2>/dev/null || lsblk -J -b -o ${COLUMNS},MOUNTPOINT`],
  parse(out) {
    if (out.code !== 0) throw new PbError('failed', `lsblk exited with ${out.code}: ${out.stderr.trim()}`);
    const answer = jsonOf(out);
    if (!isObject(answer) || !Array.isArray(answer['blockdevices'])) throw strange('no list "blockdevices"', out);
    return answer['blockdevices'].map((row) => deviceOf(row, out));
  },
});

function jsonOf(out: Output): unknown {
  try {
    return JSON.parse(out.stdout);
  } catch {
    throw strange('it is not JSON', out);
  }
}

function deviceOf(row: unknown, out: Output): BlockDevice {
  if (!isObject(row)) throw strange('a device is not an object', out);
  const text = (key: string): string | null => {
    const value = row[key];
    if (value === null || value === undefined) return null;
    if (typeof value === 'string') return value.trim() || null;
    if (typeof value === 'number') return String(value);
    throw strange(`"${key}" is ${JSON.stringify(value)}`, out);
  };
  const must = (key: string): string => {
    const value = text(key);
    if (value === null) throw strange(`a device has no "${key}"`, out);
    return value;
  };
  const flag = (key: string): boolean => {
    const value = row[key];
    if (value === true || value === '1' || value === 1) return true;
    if (value === false || value === '0' || value === 0) return false;
    throw strange(`"${key}" is ${JSON.stringify(value)}`, out);
  };
  const size = Number(must('size'));
  if (!Number.isSafeInteger(size) || size < 0) throw strange(`"size" is ${JSON.stringify(row['size'])}`, out);
  const children = row['children'] ?? [];
  if (!Array.isArray(children)) throw strange('"children" is not a list', out);
  return {
    name: must('name'),
    kname: must('kname'),
    maj_min: must('maj:min'),
    type: must('type'),
    size_bytes: size,
    read_only: flag('ro'),
    removable: flag('rm'),
    rotational: flag('rota'),
    model: text('model'),
    vendor: text('vendor'),
    serial: text('serial'),
    wwn: text('wwn'),
    tran: text('tran'),
    hctl: text('hctl'),
    fstype: text('fstype'),
    label: text('label'),
    parttype: text('parttype'),
    partlabel: text('partlabel'),
    mountpoints: mountpoints(row, out),
    children: children.map((child) => deviceOf(child, out)),
  };
}

function mountpoints(row: Record<string, unknown>, out: Output): readonly string[] {
  const value = 'mountpoints' in row ? row['mountpoints'] : row['mountpoint'];
  if (value === undefined) throw strange('a device has neither "mountpoint" nor "mountpoints"', out);
  const list = Array.isArray(value) ? value : [value];
  return list.flatMap((item) => {
    if (item === null) return [];
    if (typeof item === 'string') return [item];
    throw strange(`a mount point is ${JSON.stringify(item)}`, out);
  });
}

const strange = (why: string, out: Output): PbError =>
  new PbError('failed', `lsblk: the answer cannot be read: ${why}`, { details: { stdout: out.stdout, stderr: out.stderr } });
