/** Versions and their order under four schemes. */
import { compareText } from '../value/compare.ts';
import { fail } from '../value/undef.ts';

export type Scheme = 'loose' | 'strict' | 'semver' | 'pep440';
type Part = number | string;

/** Negative, zero or positive. */
export function compareVersions(a: string, b: string, scheme: Scheme): number {
  const read = { loose, strict, semver, pep440 }[scheme];
  return compareParts(read(a), read(b));
}

function compareParts(a: readonly Part[], b: readonly Part[]): number {
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    const [x = 0, y = 0] = [a[i], b[i]];
    if (typeof x !== typeof y)
      return fail(`Version comparison failed: '<' not supported between instances of '${kind(x)}' and '${kind(y)}'`);
    const way = typeof x === 'string' ? compareText(x, String(y)) : x - Number(y);
    if (way !== 0) return way;
  }
  return a.length - b.length;
}
const kind = (part: Part): string => (typeof part === 'string' ? 'str' : 'int');

/** Runs of digits and of letters; other signs are kept as text, dots are not. */
export const loose = (version: string): Part[] =>
  version
    .split(/(\d+|[a-z]+|\.)/)
    .filter((part) => part !== '' && part !== '.')
    .map((part) => (/^\d+$/.test(part) ? Number(part) : part));

function strict(version: string): Part[] {
  const match = /^(\d+)\.(\d+)(?:\.(\d+))?(?:([ab])(\d+))?$/.exec(version);
  if (!match) return fail(`invalid version number '${version}'`);
  const [, major, minor, patch = '0', stage, count = '0'] = match;
  return [Number(major), Number(minor), Number(patch), stage === undefined ? 2 : stage === 'a' ? 0 : 1, Number(count)];
}

const SEMVER = /^v?(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(?:-([\da-z-]+(?:\.[\da-z-]+)*))?(?:\+[\da-z-.]+)?$/i;

/** A release sorts after its pre-releases; numbers in those before words. */
function semver(version: string): Part[] {
  const match = SEMVER.exec(version);
  if (!match) return fail(`invalid semantic version '${version}'`);
  const [, major, minor, patch, pre] = match;
  const numbers = [Number(major), Number(minor), Number(patch)];
  if (pre === undefined) return [...numbers, 1];
  return [...numbers, 0, ...pre.split('.').flatMap((part): Part[] => (/^\d+$/.test(part) ? [0, Number(part), ''] : [1, 0, part]))];
}

const PEP440 =
  /^\s*v?(?:(\d+)!)?(\d+(?:\.\d+)*)(?:[-_.]?(a|b|c|rc|alpha|beta|pre|preview)[-_.]?(\d*))?(?:-(\d+)|[-_.]?(?:post|rev|r)[-_.]?(\d*))?(?:[-_.]?(dev)[-_.]?(\d*))?(?:\+([a-z\d]+(?:[-_.][a-z\d]+)*))?\s*$/i;
const STAGES: { readonly [name: string]: number } = { a: 1, alpha: 1, b: 2, beta: 2, c: 3, rc: 3, pre: 3, preview: 3 };
const RELEASE_SIZE = 12;

function pep440(version: string): Part[] {
  const match = PEP440.exec(version);
  if (!match) return fail(`Version comparison failed: Invalid version: '${version}'`);
  const [, epoch = '0', release = '', stage, count, post, postCount, dev, devCount, local] = match;
  const numbers = release.split('.').map(Number);
  while (numbers.length < RELEASE_SIZE) numbers.push(0);
  const posted = post !== undefined || postCount !== undefined;
  // 1.0.dev1 < 1.0a1 < 1.0rc1 < 1.0 < 1.0.post1
  const pre = stage === undefined ? (dev !== undefined && !posted ? 0 : 4) : (STAGES[stage.toLowerCase()] ?? 0);
  const after = posted ? Number(post ?? (postCount || '0')) : -1;
  const development = dev === undefined ? Number.MAX_SAFE_INTEGER : Number(devCount || '0');
  const parts = (local ?? '')
    .split(/[-_.]/)
    .filter((part) => part !== '')
    .flatMap((part): Part[] => (/^\d+$/.test(part) ? [1, Number(part), ''] : [0, 0, part.toLowerCase()]));
  return [Number(epoch), ...numbers, pre, Number(count || '0'), after, development, ...parts];
}
