/** The command line of mkfs without the device. Never -F or -f: force is what this module exists to do without. */

export interface FormatOptions {
  readonly fstype: 'ext4' | 'xfs';
  readonly label?: string;
  readonly opts?: string;
  readonly discard: boolean;
}

// Options that change the shape of the file system. Anything that names another file or device, forces, or only pretends is left out.
const ALLOWED = {
  ext4: { valued: 'bCEgGiIJmNOTe', bare: 'q' },
  xfs: { valued: 'bdilmns', bare: 'Kq' },
} as const;
const OTHER_DEVICES = /(^|,)(name|file|logdev|rtdev|device|offset|journal_dev)(=|,|$)|\//;
const LABEL_BYTES = { ext4: 16, xfs: 12 } as const;

export function mkfsCommand({
  fstype,
  label,
  opts,
  discard,
}: FormatOptions): { readonly argv: readonly string[] } | { readonly wrong: string } {
  if (label !== undefined && Buffer.byteLength(label) > LABEL_BYTES[fstype]) {
    return { wrong: `the label "${label}" is longer than the ${LABEL_BYTES[fstype]} bytes that ${fstype} allows` };
  }
  if (label !== undefined && !/^[\x21-\x7e]+$/.test(label)) return { wrong: 'a label is made of printable characters without blanks' };
  const given = options(fstype, opts ?? '');
  if ('wrong' in given) return given;
  const pairs = [...given.pairs];
  if (fstype === 'ext4' && !pairs.some(([name]) => name === '-m')) pairs.unshift(['-m', '0']);
  if (!discard) noDiscard(fstype, pairs);
  return { argv: [`mkfs.${fstype}`, '-q', ...pairs.flat(), ...(label === undefined ? [] : ['-L', label])] };
}

function noDiscard(fstype: 'ext4' | 'xfs', pairs: string[][]): void {
  if (fstype === 'xfs') {
    if (!pairs.some(([name]) => name === '-K')) pairs.push(['-K']);
    return;
  }
  const extended = pairs.find(([name]) => name === '-E');
  if (extended) extended[1] = `${extended[1]},nodiscard`;
  else pairs.push(['-E', 'nodiscard']);
}

function options(fstype: 'ext4' | 'xfs', text: string): { readonly pairs: string[][] } | { readonly wrong: string } {
  const words = text.split(/\s+/).filter((word) => word !== '');
  const pairs: string[][] = [];
  const { valued, bare } = ALLOWED[fstype];
  for (let i = 0; i < words.length; i++) {
    const [, letter = '', glued = ''] = /^-([A-Za-z])(.*)$/.exec(words[i] ?? '') ?? [];
    if (letter !== '' && bare.includes(letter) && glued === '') {
      pairs.push([`-${letter}`]);
      continue;
    }
    const value = glued || (words[++i] ?? '');
    if (letter === '' || !valued.includes(letter) || value === '' || value.startsWith('-'))
      return { wrong: refusal(fstype, words[i - (glued ? 0 : 1)] ?? text) };
    if (OTHER_DEVICES.test(value)) return { wrong: `opts: "-${letter} ${value}" names another place than the disk itself` };
    pairs.push([`-${letter}`, value]);
  }
  return { pairs };
}

const refusal = (fstype: string, word: string): string =>
  /^-[A-Za-z]*[Ff]/.test(word)
    ? `opts: "${word}" would force mkfs over what is on the disk; name what may go in allow_signatures and set confirm_destructive instead`
    : `opts: "${word}" is not an option of mkfs.${fstype} that may be given here`;
