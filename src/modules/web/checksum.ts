/** The argument checksum of get_url: "sha256:<hex>", or "sha256:<URL of a list of checksums>". Pure. */
import { ALGORITHMS, type Algorithm } from '../../probes/checksum.ts';

export type Wanted = { readonly algorithm: Algorithm } & ({ readonly hex: string } | { readonly list: string });

/** Undefined where it is neither. */
export function wantedSum(asked: string): Wanted | undefined {
  const [, name, what = ''] = /^(\w+):\s*(\S+)$/.exec(asked.trim()) ?? [];
  const algorithm = ALGORITHMS.find((one) => one === name);
  if (algorithm === undefined) return undefined;
  if (/^(https?|ftp|file):\/\//.test(what)) return { algorithm, list: what };
  return /^[0-9a-fA-F]{32,128}$/.test(what) ? { algorithm, hex: what.toLowerCase() } : undefined;
}

/** The sum of the file called `name` in a list as sha256sum writes it (also with --tag), or the only one of a list without names. */
export function sumIn(list: string, name: string): string | undefined {
  const lines = list.split('\n').map((line) => line.trim());
  for (const line of lines) {
    const [, hex, file] = /^([0-9a-fA-F]{32,128})\s+[*]?(.+)$/.exec(line) ?? [];
    const [, tagged, other] = /^\w+ \((.+)\) = ([0-9a-fA-F]{32,128})$/.exec(line) ?? [];
    if ((file ?? tagged)?.split('/').at(-1) === name) return (hex ?? other)?.toLowerCase();
  }
  const filled = lines.filter((line) => line !== '');
  return filled.length === 1 ? /^[0-9a-fA-F]{32,128}$/.exec(filled[0] ?? '')?.[0].toLowerCase() : undefined;
}
