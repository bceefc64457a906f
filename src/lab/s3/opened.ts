/** What madmin encrypts, read again: PBKDF2 and AES-256-GCM over pieces of 16 KiB (madmin-go's encrypt.go, sio-go's DecReader). */
import { createCipheriv, createDecipheriv, pbkdf2 } from 'node:crypto';
import { promisify } from 'node:util';

const PBKDF2_AES_GCM = 2;
const HEAD = 41;
const PIECE = 16 * 1024;
const TAG = 16;

/** undefined where it was sealed with another password or in another way, or was changed on its way. */
export async function opened(bytes: Buffer, password: string): Promise<Buffer | undefined> {
  if (bytes.length < HEAD + TAG || bytes[32] !== PBKDF2_AES_GCM) return undefined;
  const key = await promisify(pbkdf2)(password, bytes.subarray(0, 32), 8192, 32, 'sha256');
  const iv = (number: number): Buffer => {
    const counter = Buffer.alloc(4);
    counter.writeUInt32LE(number);
    return Buffer.concat([bytes.subarray(33, HEAD), counter]);
  };
  const first = createCipheriv('aes-256-gcm', key, iv(0));
  first.final();
  const nonceTag = first.getAuthTag();
  const texts: Buffer[] = [];
  try {
    for (let at = HEAD, number = 1; at < bytes.length; at += PIECE + TAG, number++) {
      const piece = bytes.subarray(at, at + PIECE + TAG);
      const last = at + PIECE + TAG >= bytes.length ? 0x80 : 0x00;
      const decipher = createDecipheriv('aes-256-gcm', key, iv(number))
        .setAAD(Buffer.concat([Buffer.of(last), nonceTag]))
        .setAuthTag(piece.subarray(-TAG));
      texts.push(decipher.update(piece.subarray(0, -TAG)), decipher.final());
    }
  } catch {
    return undefined;
  }
  return Buffer.concat(texts);
}
