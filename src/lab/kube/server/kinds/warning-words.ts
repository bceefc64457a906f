/** Warnings that several kinds share: labels of old, sizes that are no whole bytes. */
import { dict, text } from '../json.ts';
import { QuantityError, quantityNumber } from '../schema/quantity.ts';

/** Old label → the label in its place. */
const oldLabels: { readonly [label: string]: readonly [since: string, instead: string] } = {
  'beta.kubernetes.io/arch': ['v1.14', 'kubernetes.io/arch'],
  'beta.kubernetes.io/os': ['v1.14', 'kubernetes.io/os'],
  'failure-domain.beta.kubernetes.io/region': ['v1.17', 'topology.kubernetes.io/region'],
  'failure-domain.beta.kubernetes.io/zone': ['v1.17', 'topology.kubernetes.io/zone'],
  'beta.kubernetes.io/instance-type': ['v1.17', 'node.kubernetes.io/instance-type'],
};
export function labelWarning(field: string, label: string): string[] {
  const [since, instead] = oldLabels[label] ?? [];
  return since === undefined ? [] : [`${field}: deprecated since ${since}; use "${instead}" instead`];
}

/** Sizes in bytes that are no whole number of them. */
export function byteWarnings(resources: unknown, field: string): string[] {
  return ['requests', 'limits'].flatMap((part) =>
    Object.entries(dict(dict(resources)[part])).flatMap(([name, value]) => {
      const isBytes = ['memory', 'storage', 'ephemeral-storage'].includes(name);
      if (!isBytes || Number.isInteger(numberOf(text(value)))) return [];
      return [`${field}.${part}[${name}]: fractional byte value ${JSON.stringify(value)} is invalid, must be an integer`];
    }),
  );
}

function numberOf(quantity: string): number {
  try {
    return quantityNumber(quantity);
  } catch (error) {
    if (error instanceof QuantityError) return 0;
    throw error;
  }
}
