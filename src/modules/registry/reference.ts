/** References to images, as podman and skopeo write them. Pure. */
import { isAbsolute, resolve } from 'node:path';
import type { ImageRef } from '../../core/registry.ts';

const HOST = /^(?:localhost|\[[0-9a-fA-F:]+\]|[a-zA-Z0-9](?:[a-zA-Z0-9.-]*[a-zA-Z0-9])?)(?::[0-9]{1,5})?$/;
const REPOSITORY = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*$/;
const TAG = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/;
const DIGEST = /^sha256:[0-9a-f]{64}$/;

/**
 * "quay.io/a/b:v1", "quay.io/a/b@sha256:…", both at once, "docker://…", "oci:FOLDER[:NAME]", "oci-archive:FILE[:NAME]".
 * `base` is where relative paths start. What is wrong comes back as a sentence.
 */
export function parseImage(text: string, base: string): ImageRef | string {
  const path = /^(oci|oci-archive):(.+)$/.exec(text);
  if (path?.[1] && path[2]) return inPath(path[1] === 'oci' ? 'layout' : 'archive', path[2], { text, base });
  const rest = text.replace(/^docker:\/\//, '');
  const slash = rest.indexOf('/');
  const at = rest.slice(0, Math.max(0, slash));
  if (slash < 0 || !(at.includes('.') || at.includes(':') || at === 'localhost')) {
    return `"${text}" names no registry: write it in full, as in registry.example.com/team/app:v1`;
  }
  if (!HOST.test(at)) return `"${text}": "${at}" is no registry (host or host:port)`;
  const named = ending(rest.slice(slash + 1), text);
  if (typeof named === 'string') return named;
  if (!REPOSITORY.test(named.name))
    return `"${text}": "${named.name}" is no repository (lower-case letters, digits, and single . _ - between them)`;
  const { name: repository, ...which } = named;
  return { in: 'registry', at, repository, ...which };
}

function inPath(kind: 'layout' | 'archive', given: string, { text, base }: { text: string; base: string }): ImageRef | string {
  // As skopeo: the first colon ends the path.
  const [, path = '', name] = /^([^:@]+)(?::([^@]*))?$/.exec(given.replace(/@.*$/, '')) ?? [];
  const digest = /@(.*)$/.exec(given)?.[1];
  if (path === '') return `"${text}" names no path`;
  if (digest !== undefined && !DIGEST.test(digest)) return `"${text}": "${digest}" is no digest (sha256: and 64 hexadecimal digits)`;
  const which = { ...(name ? { tag: name } : {}), ...(digest ? { digest } : {}) };
  return { in: kind, at: isAbsolute(path) ? path : resolve(base, path), repository: '', ...which };
}

function ending(rest: string, text: string): { readonly name: string; readonly tag?: string; readonly digest?: string } | string {
  const [before = '', digest] = rest.split('@', 2);
  if (digest !== undefined && !DIGEST.test(digest)) return `"${text}": "${digest}" is no digest (sha256: and 64 hexadecimal digits)`;
  const [, name = '', tag] = /^([^:]*)(?::(.*))?$/s.exec(before) ?? [];
  if (tag !== undefined && !TAG.test(tag)) return `"${text}": "${tag}" is no tag (letters, digits, and _ . - after the first)`;
  return { name, ...(tag === undefined ? {} : { tag }), ...(digest === undefined ? {} : { digest }) };
}
