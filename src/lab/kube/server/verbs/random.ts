import { randomInt } from 'node:crypto';

/** The letters that Kubernetes makes names of: no vowels, nothing that reads as another sign. */
const letters = 'bcdfghjklmnpqrstvwxz2456789';

export const randomSuffix = (): string => Array.from({ length: 5 }, () => letters[randomInt(letters.length)]).join('');
