/** What is written on a medium: pieces in order that do not overlap; between them are zeros. */

export interface Extent {
  readonly at: number;
  readonly bytes: Uint8Array;
}
export type Extents = readonly Extent[];

export function readExtents(extents: Extents, at: number, length: number): Uint8Array {
  const out = new Uint8Array(length);
  for (const extent of extents) {
    const from = Math.max(at, extent.at);
    const to = Math.min(at + length, extent.at + extent.bytes.length);
    if (from < to) out.set(extent.bytes.subarray(from - extent.at, to - extent.at), from - at);
  }
  return out;
}

/** The same medium with zeros from `at` on for `length` bytes. */
export function discardExtents(extents: Extents, at: number, length: number): Extents {
  const end = at + length;
  return extents.flatMap((extent) => {
    const last = extent.at + extent.bytes.length;
    if (last <= at || extent.at >= end) return [extent];
    const before = extent.at < at ? [{ at: extent.at, bytes: extent.bytes.slice(0, at - extent.at) }] : [];
    const after = last > end ? [{ at: end, bytes: extent.bytes.slice(end - extent.at) }] : [];
    return [...before, ...after];
  });
}

export function writeExtents(extents: Extents, at: number, bytes: Uint8Array): Extents {
  const rest = discardExtents(extents, at, bytes.length);
  if (bytes.every((byte) => byte === 0)) return rest;
  return [...rest, { at, bytes: bytes.slice() }].sort((a, b) => a.at - b.at);
}
