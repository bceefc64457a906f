/** Keywords handed down: from play to role, block, import and task. */
import type { RoleRef, Settings } from '../core/plan.ts';
import type { Layer } from '../core/precedence.ts';
import type { Expression, Value } from '../core/value.ts';
import type { Keywords } from '../project/playbook/ast.ts';
import type { Entry } from '../project/yaml/node.ts';

export interface Inherited {
  readonly settings: Settings;
  readonly tags: readonly Value[];
  readonly when: readonly Expression[];
  readonly notify: readonly Value[];
  readonly moduleDefaults: readonly Entry[];
  readonly layers: readonly Layer[];
  readonly role?: RoleRef;
  /** Of ids: "storage/2." – a number and the module follow. */
  readonly path: string;
}

/** The keywords of one more level; `layers` are its own variables. */
export const inherit = (
  from: Inherited,
  own: Keywords,
  more: { layers?: readonly Layer[]; path?: string; role?: RoleRef } = {},
): Inherited => ({
  ...from,
  settings: merge(from.settings, own.settings),
  tags: [...from.tags, ...own.tags],
  when: [...from.when, ...own.when],
  notify: [...from.notify, ...own.notify],
  moduleDefaults: [...from.moduleDefaults, ...own.moduleDefaults],
  layers: [...from.layers, ...(more.layers ?? [])],
  ...(more.path === undefined ? {} : { path: more.path }),
  ...(more.role === undefined ? {} : { role: more.role }),
});

const merge = (outer: Settings, inner: Settings): Settings => ({
  ...outer,
  ...inner,
  environment: [...outer.environment, ...inner.environment],
});
