/**
 * The encryption of bodies that hold secrets in MinIO's admin API: salt (32 bytes), algorithm (1), nonce (8), then AES-256-GCM over pieces of
 * 16 KiB. MinIO's own client takes argon2id for the key; PBKDF2 (algorithm 2) is its form for FIPS, which every server reads and Node has.
 * Source of the format: madmin-go's encrypt.go and sio-go's EncWriter.
 */
import { createCipheriv, pbkdf2, randomBytes } from 'node:crypto';
import { promisify } from 'node:util';

const PBKDF2_AES_GCM = 2;
const SALT = 32;
const NONCE = 8;
const ITERATIONS = 8192;
const PIECE = 16 * 1024;

/** `random`: salt, then nonce. */
export async function seal(text: Buffer, password: string, random: Buffer = randomBytes(SALT + NONCE)): Promise<Buffer> {
  const [salt, nonce] = [random.subarray(0, SALT), random.subarray(SALT, SALT + NONCE)];
  const key = await promisify(pbkdf2)(password, salt, ITERATIONS, 32, 'sha256');
  const encrypt = (piece: Buffer, number: number, associated: Buffer): Buffer => {
    const iv = Buffer.alloc(NONCE + 4);
    nonce.copy(iv);
    iv.writeUInt32LE(number, NONCE);
    const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(associated);
    return Buffer.concat([cipher.update(piece), cipher.final(), cipher.getAuthTag()]);
  };
  // Every piece vouches for the nonce, by the tag of an empty piece 0, and for being the last one or not.
  const tag = encrypt(Buffer.alloc(0), 0, Buffer.alloc(0));
  const count = Math.max(1, Math.ceil(text.length / PIECE));
  const pieces = Array.from({ length: count }, (_, index) => {
    const last = index === count - 1 ? 0x80 : 0x00;
    return encrypt(text.subarray(index * PIECE, (index + 1) * PIECE), index + 1, Buffer.concat([Buffer.of(last), tag]));
  });
  return Buffer.concat([salt, Buffer.of(PBKDF2_AES_GCM), nonce, ...pieces]);
}
