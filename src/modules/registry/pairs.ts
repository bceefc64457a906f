/** Which image goes where: from pairs, from lines of a mapping.txt, from sources under a prefix. Pure. */
import { type ImageRef, imageName } from '../../core/registry.ts';
import { parseImage } from './reference.ts';

export interface Pair {
  readonly from: ImageRef;
  readonly to: ImageRef;
}

export type GivenImage = string | { readonly src: string; readonly dest?: string | undefined };

export interface Wanted {
  readonly images: readonly GivenImage[];
  /** Text of a mapping.txt: a line is SOURCE=DESTINATION. */
  readonly mapping?: string | undefined;
  readonly dest_prefix?: string | undefined;
}

/** Every pair once, and every mistake at once. */
export function pairsOf(
  { images, mapping, dest_prefix }: Wanted,
  base: string,
): { readonly pairs: readonly Pair[]; readonly problems: readonly string[] } {
  const given = [...images.map((one) => (typeof one === 'string' ? { src: one } : one)), ...linesOf(mapping ?? '')];
  const problems: string[] = [];
  const pairs = new Map<string, Pair>();
  for (const one of given) {
    const pair = 'problem' in one ? one.problem : pairOf(one, dest_prefix, base);
    if (typeof pair === 'string') {
      problems.push(pair);
      continue;
    }
    const name = imageName(pair.to);
    const known = pairs.get(name);
    if (known && imageName(known.from) !== imageName(pair.from)) {
      problems.push(`${name} is the destination of both ${imageName(known.from)} and ${imageName(pair.from)}`);
    }
    pairs.set(name, pair);
  }
  return { pairs: [...pairs.values()], problems };
}

type Line = { readonly src: string; readonly dest: string } | { readonly problem: string };

function linesOf(mapping: string): readonly Line[] {
  return mapping.split('\n').flatMap((line, index): readonly Line[] => {
    const text = line.trim();
    if (text === '' || text.startsWith('#')) return [];
    const [src = '', dest = '', more] = text.split('=');
    if (src === '' || dest === '' || more !== undefined)
      return [{ problem: `mapping, line ${index + 1}: "${text}" is not SOURCE=DESTINATION` }];
    // oc-mirror v1 writes file:// for what lies in its archive; nothing else can read that.
    if (/^file:/.test(src) || /^file:/.test(dest))
      return [{ problem: `mapping, line ${index + 1}: file:// is oc-mirror's own; use oci: or oci-archive:` }];
    return [{ src, dest }];
  });
}

function pairOf(
  { src, dest }: { readonly src: string; readonly dest?: string | undefined },
  prefix: string | undefined,
  base: string,
): Pair | string {
  const given = parseImage(src, base);
  if (typeof given === 'string') return given;
  const from = given.in === 'registry' && given.tag === undefined && given.digest === undefined ? { ...given, tag: 'latest' } : given;
  const target = dest ?? (prefix === undefined ? undefined : under(prefix, from, base));
  if (target === undefined) return `${src} has no destination: give dest, or dest_prefix for all`;
  const to = parseImage(target, base);
  if (typeof to === 'string') return to;
  if (to.in !== 'registry' && to.digest !== undefined) return `"${target}": in a layout an image is put under a name, not under a digest`;
  if (to.tag !== undefined || to.digest !== undefined) return { from, to };
  return { from, to: { ...to, tag: to.in === 'registry' ? tagOf(from) : nameOf(from) } };
}

/** The image a source stands for: itself, or what its name in a layout says. Undefined where that is no reference. */
export function originOf(from: ImageRef, base: string): ImageRef | undefined {
  if (from.in === 'registry') return from;
  const named = from.tag === undefined ? '' : parseImage(from.tag, base);
  return typeof named === 'string' || named.in !== 'registry' ? undefined : named;
}

/** As oc-mirror: the source's repository below the prefix. */
function under(prefix: string, from: ImageRef, base: string): string {
  const plain = prefix.replace(/\/+$/, '');
  if (/^oci(-archive)?:/.test(plain)) return `${plain}:${nameOf(from)}`;
  const origin = originOf(from, base) ?? plainName(from);
  return `${plain}/${origin.repository}:${tagOf(origin)}`;
}

/** "team/app:v1", as skopeo and podman name what they put into a layout. */
function plainName({ tag = '', digest }: ImageRef): Pick<ImageRef, 'repository' | 'tag' | 'digest'> {
  const [, repository = tag, named] = /^([^:]+):([^:]+)$/.exec(tag) ?? [];
  return { repository, ...(named === undefined ? {} : { tag: named }), ...(digest === undefined ? {} : { digest }) };
}

/** Images known by digest alone get a tag all the same, or the registry's garbage collection would take them. */
const tagOf = ({ tag, digest }: Pick<ImageRef, 'tag' | 'digest'>): string => tag ?? digest?.replace(':', '-') ?? 'latest';

/** In a layout, whole references are the names. */
const nameOf = (from: ImageRef): string =>
  from.in === 'registry' ? `${from.at}/${from.repository}:${tagOf(from)}` : (from.tag ?? 'latest');
