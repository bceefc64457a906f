/** Mode, owner and group: what is asked for, what is there, and the steps between. */
import type { Step } from '../../core/change.ts';
import type { HostReader } from '../../core/module.ts';
import { nameKnown } from '../../probes/name-id.ts';
import type { FileStat } from '../../probes/stat.ts';
import { flag, json, mode, optional } from '../define.ts';
import { labelArgs } from './labels.ts';
import { isMode, resolveMode } from './mode.ts';

const account = (description: string) => optional(json<string | number>(description, { type: ['string', 'integer'] }));

export const attributeArgs = {
  mode: optional(mode('Permissions: octal text ("0644") or symbolic ("u=rw,g=r"); an existing file keeps its own when left out')),
  owner: account('Owner, by name or number; an existing file keeps its own when left out'),
  group: account('Group, by name or number; an existing file keeps its own when left out'),
  ...labelArgs,
  unsafe_writes: flag('Accepted: files are always put in place atomically', false),
};

export interface Asked {
  readonly mode?: string;
  readonly owner?: string | number;
  readonly group?: string | number;
}

type Owned = Pick<FileStat, 'kind' | 'mode' | 'uid' | 'gid' | 'owner' | 'group'>;

export interface AttributeChange {
  readonly before: { readonly [name: string]: string };
  readonly after: { readonly [name: string]: string };
  readonly steps: readonly Step[];
}

/** What is wrong with the asked attributes themselves, whatever the host looks like. */
export const modeProblem = (mode: string | undefined): string | undefined =>
  mode === undefined || mode === 'preserve' || isMode(mode)
    ? undefined
    : `mode "${mode}" is neither octal ("0644") nor symbolic ("u=rw,g=r,o=")`;

/** Which of the asked names this host does not know: "user/alice", "group/storage". */
export async function unknownNames(asked: Asked, io: HostReader): Promise<readonly string[]> {
  const ask = async (database: 'passwd' | 'group', name: string | number | undefined): Promise<readonly string[]> =>
    name === undefined || (await io.ask(nameKnown, { database, name: String(name) }))
      ? []
      : [`${database === 'passwd' ? 'user' : 'group'}/${name}`];
  return (await Promise.all([ask('passwd', asked.owner), ask('group', asked.group)])).flat();
}

const same = (want: string | number | undefined, name: string, id: number): boolean =>
  want === undefined || String(want) === name || String(want) === String(id);

/** What has to change at `path`; a link's mode never matters. `h` acts on a link itself. */
export function attributeChange(path: string, now: Owned, asked: Asked): AttributeChange {
  const link = now.kind === 'link';
  const wanted = asked.mode === undefined || link ? now.mode : resolveMode(asked.mode, now.mode, now.kind === 'directory');
  const owner = same(asked.owner, now.owner, now.uid) ? undefined : String(asked.owner);
  const group = same(asked.group, now.group, now.gid) ? undefined : String(asked.group);
  const before = {
    ...(wanted === now.mode ? {} : { mode: now.mode }),
    ...(owner === undefined ? {} : { owner: now.owner }),
    ...(group === undefined ? {} : { group: now.group }),
  };
  const after = {
    ...(wanted === now.mode ? {} : { mode: wanted }),
    ...(owner === undefined ? {} : { owner }),
    ...(group === undefined ? {} : { group }),
  };
  // chown first: it clears setuid.
  const steps = [
    ...(owner === undefined && group === undefined ? [] : [chown(path, owner, group, link)]),
    ...(wanted === now.mode ? [] : [chmod(path, wanted)]),
  ];
  return { before, after, steps };
}

/** The owners of a link that is to be made: whose it will be is not known before. */
export function linkOwners(path: string, { owner, group }: Asked): AttributeChange {
  if (owner === undefined && group === undefined) return { before: {}, after: {}, steps: [] };
  const after = { ...(owner === undefined ? {} : { owner: String(owner) }), ...(group === undefined ? {} : { group: String(group) }) };
  return { before: {}, after, steps: [chown(path, after.owner, after.group, true)] };
}

/** The same for a path that does not exist yet and comes with `fresh` as its mode. */
export function newAttributes(asked: Asked, fresh: string, directory: boolean): { mode: string; owner?: string; group?: string } {
  return {
    mode: asked.mode === undefined ? fresh : resolveMode(asked.mode, fresh, directory),
    ...(asked.owner === undefined ? {} : { owner: String(asked.owner) }),
    ...(asked.group === undefined ? {} : { group: String(asked.group) }),
  };
}

export const chmod = (path: string, mode: string): Step => ({ do: 'exec', argv: ['chmod', mode, '--', path] });

export function chown(path: string, owner: string | undefined, group: string | undefined, link: boolean): Step {
  const who = `${owner ?? ''}${group === undefined ? '' : `:${group}`}`;
  return { do: 'exec', argv: ['chown', ...(link ? ['-h'] : []), who, '--', path] };
}

/** Steps that give a path just made its attributes. */
export const settle = (path: string, want: { mode: string; owner?: string; group?: string }): readonly Step[] => [
  ...(want.owner === undefined && want.group === undefined ? [] : [chown(path, want.owner, want.group, false)]),
  chmod(path, want.mode),
];
