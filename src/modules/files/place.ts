/** Putting content at a path: shared by copy and template. Pure. */
import type { Change, Step } from '../../core/change.ts';
import type { Json } from '../../core/value.ts';
import { type Asked, attributeChange, newAttributes, settle } from './attributes.ts';
import type { At } from './look.ts';
import { type Source, shown } from './source.ts';

/** One file to put somewhere, and what is there now. */
export type Slot = { readonly path: string; readonly source: Source; readonly now: At };

export interface Placing extends Asked {
  /** Replace content that differs. */
  readonly force: boolean;
  readonly backup: boolean;
  readonly validate?: string;
}

/** What has to happen at one path. */
export interface Part {
  readonly path: string;
  readonly op: 'create' | 'update' | 'replace';
  readonly before: Json;
  readonly after: Json;
  readonly steps: readonly Step[];
  /** Where what was there is kept. */
  readonly backup?: string;
}

/** Why nothing may be put there; undefined where it may. */
export function obstacle({ path, now }: Slot): string | undefined {
  const kind = now.stat?.kind;
  if (kind === undefined || kind === 'file' || kind === 'link') return undefined;
  return `${path} is a ${kind === 'directory' ? 'directory' : `${kind} special file`}, not a regular file`;
}

/** Undefined where all is as asked. */
export function place(slot: Slot, asked: Placing): Part | undefined {
  const { path, source, now } = slot;
  const want: Asked = { ...asked, ...(asked.mode === 'preserve' ? { mode: source.mode ?? '0644' } : {}) };
  if (now.stat === null || now.stat.kind === 'link') {
    if (now.stat !== null && !asked.force) return undefined;
    const attributes = newAttributes(want, '0644', false);
    const before = now.stat === null ? null : { state: 'link' };
    const after = { state: 'file', content: shown(source), ...attributes };
    // The writer follows links, so the link goes first.
    const clear: readonly Step[] = now.stat === null ? [] : [{ do: 'remove', path }];
    return { path, op: now.stat === null ? 'create' : 'replace', before, after, steps: [...clear, ...put(slot, attributes, asked)] };
  }
  if (now.sha256 === source.sha256) {
    const { before, after, steps } = attributeChange(path, now.stat, want);
    return steps.length === 0 ? undefined : { path, op: 'update', before, after, steps };
  }
  if (!asked.force) return undefined;
  const { before, after } = attributeChange(path, now.stat, want);
  const kind = { ...now, size: now.stat.size };
  const saved = asked.backup ? backupPath(path, now.stat.mtime, now.sha256 ?? '') : undefined;
  return {
    path,
    op: 'update',
    before: { content: shown(kind), ...before },
    after: { content: shown(source), ...after, ...(saved === undefined ? {} : { backup: saved }) },
    ...(saved === undefined ? {} : { backup: saved }),
    steps: [
      ...(saved === undefined ? [] : [{ do: 'exec', argv: ['cp', '-p', '--', path, saved] } as const]),
      ...put(slot, { mode: now.stat.mode, ...after }, asked),
    ],
  };
}

/** "/etc/x.conf.2026-11-21@05:27:49-1a2b3c4d~": the old content's own time and checksum, so that check and apply name the same file. */
export function backupPath(path: string, mtime: number, sum: string): string {
  const time = new Date(Math.floor(mtime) * 1000).toISOString().slice(0, 19).replace('T', '@');
  return `${path}.${time}-${sum.slice(0, 8)}~`;
}

function put({ path, source }: Slot, attributes: { mode: string; owner?: string; group?: string }, asked: Placing): readonly Step[] {
  const rest = { ...attributes, ...(asked.validate === undefined ? {} : { validate: asked.validate }) };
  if ('text' in source) return [{ do: 'write', path, content: source.text, ...rest }];
  if ('base64' in source) return [{ do: 'write', path, content: source.base64, encoding: 'base64', ...rest }];
  if ('from' in source) return [{ do: 'upload', from: source.from, path, sha256: source.sha256, ...rest }];
  const script = 'cp -- "$1" "$2.pb-new" && mv -f -- "$2.pb-new" "$2"';
  return [{ do: 'exec', argv: ['sh', '-c', script, 'sh', source.remote, path] }, ...settle(path, attributes)];
}

/** Several parts as one change; undefined where there are none. */
export function merged(parts: readonly Part[], verb: string, dest: string): Change | undefined {
  const [first, ...more] = parts;
  const [step, ...steps] = parts.flatMap((part) => part.steps);
  if (first === undefined || step === undefined) return undefined;
  const side = (which: 'before' | 'after'): Json =>
    more.length === 0 ? first[which] : Object.fromEntries(parts.map((part) => [part.path, part[which]]));
  return {
    op: more.length === 0 ? first.op : parts.every((part) => part.before === null) ? 'create' : 'update',
    summary: more.length === 0 ? `${verb} ${first.path}` : `${verb} ${dest} (${parts.length} paths)`,
    before: side('before'),
    after: side('after'),
    steps: [step, ...steps],
    provides: parts.map((part) => `path/${part.path}`),
    ...(more.length === 0 && first.backup !== undefined ? { output: { backup_file: first.backup } } : {}),
  };
}
