/** What is waited for on objects: conditions, an expression, or being ready, judged object by object. */
import { PbError } from '../../core/diagnostic.ts';
import type { KubeObject } from '../../core/kube.ts';
import { settled } from '../../core/resolve.ts';
import { type Bound, isObject, type TaskId, Unknown, type Vars } from '../../core/value.ts';
import { judgeConditions, type Wanted } from './conditions.ts';
import { type Readiness, readiness } from './ready.ts';
import { shownPaths } from './seen.ts';

/** A condition as written: status is True where it is left out. */
export interface ConditionArg {
  readonly type: string;
  readonly status?: string | boolean;
  readonly reason?: string;
}

export interface Judged extends Readiness {
  /** Set where the answer needs a value that is known only after another task. */
  readonly unknown?: { readonly until: TaskId; readonly why: string };
}

export const wantedOf = ({ type, status, reason }: ConditionArg): Wanted => ({
  type,
  // YAML reads an unquoted True as a boolean.
  status: typeof status === 'boolean' ? (status ? 'True' : 'False') : (status ?? 'True'),
  ...(reason === undefined ? {} : { reason }),
});

/** A part that is missing yet is an empty mapping, so that no variable of the same name is taken for it. */
const namesOf = (object: KubeObject): Vars => ({
  object,
  metadata: object.metadata,
  spec: object['spec'] ?? {},
  status: object['status'] ?? {},
});

export async function judge(
  object: KubeObject,
  want: { readonly until: Bound | undefined; readonly conditions: readonly Wanted[] | undefined },
): Promise<Judged> {
  if (want.conditions) return judgeConditions(object, want.conditions);
  if (want.until) return judgeExpression(object, want.until);
  return readiness(object);
}

/** An expression that stumbles over something undefined does not hold yet: status comes piece by piece. */
export async function judgeExpression(object: KubeObject, until: Bound): Promise<Judged> {
  const shown = shownPaths(until.source, object);
  try {
    const holds = await settled(() => until.holds(namesOf(object)));
    if (holds instanceof Unknown) return { holds: false, seen: shown, unknown: { until: holds.until, why: holds.why } };
    return { holds, seen: shown || until.source };
  } catch (error) {
    if (!(error instanceof PbError) || error.code !== 'template') throw error;
    return { holds: false, seen: shown || error.message };
  }
}

/** A CustomResourceDefinition is usable once discovery names its kind, a little after it is Established. */
export function kindsOf(crd: KubeObject): readonly { readonly apiVersion: string; readonly kind: string }[] {
  const spec = isObject(crd['spec']) ? crd['spec'] : {};
  const { group, names, versions } = spec as {
    group?: string;
    names?: { kind?: string };
    versions?: readonly { name: string; served?: boolean }[];
  };
  const kind = names?.kind;
  if (kind === undefined) return [];
  return (versions ?? []).filter(({ served }) => served === true).map(({ name }) => ({ apiVersion: `${group}/${name}`, kind }));
}
