/** Selectors, affinities, taints: pure questions about labels. */
import type { Node, NodeSelectorTerm, Requirement, Selector, Taint, Toleration } from '../kinds.ts';
import type { LabelSelector } from '../openshift-kinds.ts';

type Labels = Readonly<Record<string, string>> | undefined;

export const selects = (selector: Selector | undefined, labels: Labels): boolean =>
  Object.entries(selector?.matchLabels ?? {}).every(([key, value]) => labels?.[key] === value);

/** With expressions; no selector at all selects nothing. */
export const selectsAll = (selector: LabelSelector | undefined, labels: Labels): boolean =>
  selector !== undefined &&
  selects(selector, labels) &&
  (selector.matchExpressions ?? []).every((requirement) => holds(requirement, labels?.[requirement.key]));

/** Terms are alternatives; an empty term matches nothing. */
export const matchesTerms = (terms: readonly NodeSelectorTerm[], node: Node): boolean =>
  terms.some((term) => {
    const expressions = term.matchExpressions ?? [];
    const fields = term.matchFields ?? [];
    if (expressions.length + fields.length === 0) return false;
    return (
      expressions.every((requirement) => holds(requirement, node.metadata.labels?.[requirement.key])) &&
      fields.every((requirement) => requirement.key === 'metadata.name' && holds(requirement, node.metadata.name))
    );
  });

function holds({ operator, values = [] }: Requirement, value: string | undefined): boolean {
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value);
    case 'NotIn':
      return value === undefined || !values.includes(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
    case 'Gt':
      return Number(value) > Number(values[0]);
    case 'Lt':
      return Number(value) < Number(values[0]);
    default:
      return false;
  }
}

/** The first taint that keeps pods away which do not tolerate it. */
export const untolerated = (node: Node, tolerations: readonly Toleration[] = []): Taint | undefined =>
  (node.spec?.taints ?? []).find((taint) => taint.effect !== 'PreferNoSchedule' && !tolerations.some((one) => tolerates(one, taint)));

const tolerates = (toleration: Toleration, taint: Taint): boolean =>
  (!toleration.effect || toleration.effect === taint.effect) &&
  (!toleration.key || toleration.key === taint.key) &&
  (toleration.operator === 'Exists' || (toleration.key !== undefined && (toleration.value ?? '') === (taint.value ?? '')));
