/** World Wide Names as different tools write them, made comparable. */

/** "0x5000C500…", "naa.5000c500…", "wwn-0x5000…", "eui.0025…", "wwn-eui.0025…", "nvme.1b36-…" → the bare, lower-case identifier. */
export const bareWwn = (text: string): string =>
  text
    .trim()
    .toLowerCase()
    .replace(/^\/dev\/disk\/by-id\//, '')
    .replace(/^wwn-/, '')
    .replace(/^(0x|naa\.)/, '');

export const sameWwn = (a: string | null, b: string | null): boolean => a !== null && b !== null && bareWwn(a) === bareWwn(b);

/** From the kernel's wwid: "naa.5000…" → "0x5000…"; other kinds keep their prefix. "t10." texts and UUIDs are no World Wide Names. */
export function wwnOf(wwid: string | null): string | null {
  if (wwid === null) return null;
  const naa = /^naa\.([0-9a-f]+)$/i.exec(wwid)?.[1];
  if (naa) return `0x${naa.toLowerCase()}`;
  return /^(eui|nvme|uuid)\./.test(wwid) ? wwid : null;
}
