/** Python's random numbers: with the same seed the same choice, so that `random(seed=inventory_hostname)` agrees with Ansible. */
import { createHash } from 'node:crypto';

const SIZE = 624;
const SHIFT = 397;

/** Mersenne Twister (MT19937), Matsumoto and Nishimura 1998. */
export class Random {
  readonly #state = new Uint32Array(SIZE);
  #at = SIZE;

  /** Text is hashed with SHA-512 first; whole numbers are taken as they are. */
  constructor(seed: string | number | bigint) {
    this.#array(keyOf(seed));
  }

  #seed(seed: number): void {
    this.#state[0] = seed;
    for (let i = 1; i < SIZE; i++) {
      const last = this.#state[i - 1] ?? 0;
      this.#state[i] = Math.imul(1812433253, last ^ (last >>> 30)) + i;
    }
  }

  #array(key: readonly number[]): void {
    this.#seed(19650218);
    const state = this.#state;
    let i = 1;
    let j = 0;
    const before = (): number => {
      const last = state[i - 1] ?? 0;
      return last ^ (last >>> 30);
    };
    const next = (): void => {
      i += 1;
      if (i < SIZE) return;
      state[0] = state[SIZE - 1] ?? 0;
      i = 1;
    };
    for (let k = Math.max(SIZE, key.length); k > 0; k--) {
      state[i] = ((state[i] ?? 0) ^ Math.imul(before(), 1664525)) + (key[j] ?? 0) + j;
      next();
      j = (j + 1) % key.length;
    }
    for (let k = SIZE - 1; k > 0; k--) {
      state[i] = ((state[i] ?? 0) ^ Math.imul(before(), 1566083941)) - i;
      next();
    }
    state[0] = 0x80000000;
  }

  /** 32 bits. */
  next(): number {
    if (this.#at >= SIZE) this.#twist();
    let y = this.#state[this.#at++] ?? 0;
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    return (y ^ (y >>> 18)) >>> 0;
  }

  #twist(): void {
    const state = this.#state;
    for (let i = 0; i < SIZE; i++) {
      const y = ((state[i] ?? 0) & 0x80000000) | ((state[(i + 1) % SIZE] ?? 0) & 0x7fffffff);
      state[i] = (state[(i + SHIFT) % SIZE] ?? 0) ^ (y >>> 1) ^ (y & 1 ? 0x9908b0df : 0);
    }
    this.#at = 0;
  }

  /** From 0 up to `limit` (below 2^53), as Python's randrange draws it. */
  below(limit: number): number {
    const bits = limit.toString(2).length;
    for (;;) {
      const drawn = this.#bits(bits);
      if (drawn < limit) return drawn;
    }
  }

  #bits(count: number): number {
    if (count <= 32) return this.next() >>> (32 - count);
    const low = this.next();
    return (this.next() >>> (64 - count)) * 2 ** 32 + low;
  }

  /** From 0 up to 1 with 53 bits. */
  float(): number {
    const high = this.next() >>> 5;
    return (high * 67108864 + (this.next() >>> 6)) / 9007199254740992;
  }
}

/** The seed as 32-bit words, the lowest first. */
function keyOf(seed: string | number | bigint): number[] {
  let value: bigint;
  if (typeof seed === 'string') {
    const text = Buffer.from(seed);
    const all = Buffer.concat([text, createHash('sha512').update(text).digest()]);
    value = BigInt(`0x${all.toString('hex')}`);
  } else value = BigInt(seed) < 0n ? -BigInt(seed) : BigInt(seed);
  const words: number[] = [];
  while (value > 0n) {
    words.push(Number(value & 0xffffffffn));
    value >>= 32n;
  }
  return words.length === 0 ? [0] : words;
}
