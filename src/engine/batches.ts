/** serial: which hosts go together. */

/** Sizes are numbers or percentages of all hosts (at least one); the last size repeats. An empty list means all at once. */
export function batches<T>(hosts: readonly T[], serial: readonly (number | `${number}%`)[]): readonly (readonly T[])[] {
  if (serial.length === 0) return hosts.length > 0 ? [hosts] : [];
  const out: (readonly T[])[] = [];
  for (let at = 0, turn = 0; at < hosts.length; turn++) {
    const size = sizeOf(serial[Math.min(turn, serial.length - 1)] ?? 0, hosts.length);
    out.push(hosts.slice(at, at + size));
    at += size;
  }
  return out;
}

function sizeOf(size: number | `${number}%`, total: number): number {
  const count = typeof size === 'number' ? size : Math.floor((total * Number.parseFloat(size)) / 100) || 1;
  return count > 0 ? count : total;
}
