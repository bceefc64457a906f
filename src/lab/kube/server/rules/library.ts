/** What Kubernetes adds to CEL besides networks: quantities, formats, patterns, and questions to lists. After k8s.io/apiserver's CEL libraries. */
import { type Environment, Optional } from '@marcbachmann/cel-js';
import { keyCauses, labelCauses, subdomainCauses } from '../kinds/strategy/names.ts';
import { checkFormat } from '../schema/formats.ts';
import { canonicalQuantity, compareQuantities, QuantityError, quantityNumber } from '../schema/quantity.ts';

class Quantity {
  readonly text: string;
  constructor(text: string) {
    this.text = canonicalQuantity(text);
  }
}
class Format {
  readonly check: (value: string) => readonly string[];
  constructor(check: (value: string) => readonly string[]) {
    this.check = check;
  }
}

function isQuantity(value: string): boolean {
  try {
    canonicalQuantity(value);
    return true;
  } catch (error) {
    if (error instanceof QuantityError) return false;
    throw error;
  }
}

const messages = (causes: readonly { message: string }[]): string[] => causes.map((one) => one.message);
const formatted = (name: string) => (value: string) => (checkFormat(name, value) ? [] : [`must be of the format ${name}`]);
const prefixed = (value: string): string => value.replace(/-$/, 'a');
const formats: { readonly [name: string]: (value: string) => readonly string[] } = {
  dns1123Label: (value) => messages(labelCauses(value)),
  dns1123Subdomain: (value) => messages(subdomainCauses(value)),
  dns1123LabelPrefix: (value) => messages(labelCauses(prefixed(value))),
  dns1123SubdomainPrefix: (value) => messages(subdomainCauses(prefixed(value))),
  dns1035Label: (value) =>
    /^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/.test(value) ? [] : ['a DNS-1035 label must consist of lower case alphanumeric characters or "-"'],
  qualifiedName: (value) => messages(keyCauses(value, '')),
  labelValue: (value) => (/^([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$/.test(value) ? [] : ['must be a valid label value']),
  uri: formatted('uri'),
  uuid: formatted('uuid'),
  byte: formatted('byte'),
  date: formatted('date'),
  datetime: formatted('date-time'),
};

type Ordered = bigint | number | string | Date | boolean;
// biome-ignore lint/complexity/useMathMinMax: not only numbers
const least = (values: readonly Ordered[]): Ordered => values.reduce((a, b) => (b < a ? b : a), first(values));
// biome-ignore lint/complexity/useMathMinMax: not only numbers
const most = (values: readonly Ordered[]): Ordered => values.reduce((a, b) => (b > a ? b : a), first(values));
function first<T>(values: readonly T[]): T {
  const [one] = values;
  if (one === undefined) throw new Error('min/max called on empty list');
  return one;
}
const isSame = (a: unknown, b: unknown): boolean => a === b || (a instanceof Date && b instanceof Date && a.getTime() === b.getTime());
const isWithin = (all: readonly unknown[], some: readonly unknown[]): boolean =>
  some.every((one) => all.some((other) => isSame(one, other)));

/** What stands before the dot of `format.dns1123Label()` and `sets.contains(…)`. */
class Formats {}
class Sets {}

/** Patterns are RE2's. */
const matching = (pattern: string, flags = ''): RegExp => new RegExp(pattern.replaceAll('\\z', '$').replaceAll('\\A', '^'), flags);

export function addLibrary(env: Environment): void {
  env.registerType('kubernetes.Quantity', Quantity).registerType('kubernetes.NamedFormat', Format);
  env.registerFunction('isQuantity(string): bool', isQuantity);
  env.registerFunction('quantity(string): kubernetes.Quantity', (value: string) => new Quantity(value));
  const compare = (a: Quantity, b: Quantity): number => compareQuantities(a.text, b.text);
  env.registerFunction('kubernetes.Quantity.isGreaterThan(kubernetes.Quantity): bool', (a: Quantity, b: Quantity) => compare(a, b) > 0);
  env.registerFunction('kubernetes.Quantity.isLessThan(kubernetes.Quantity): bool', (a: Quantity, b: Quantity) => compare(a, b) < 0);
  env.registerFunction('kubernetes.Quantity.compareTo(kubernetes.Quantity): int', (a: Quantity, b: Quantity) => BigInt(compare(a, b)));
  env.registerFunction('kubernetes.Quantity.sign(): int', (one: Quantity) => BigInt(compareQuantities(one.text, '0')));
  env.registerFunction('kubernetes.Quantity.isInteger(): bool', (one: Quantity) => Number.isInteger(quantityNumber(one.text)));
  env.registerFunction('kubernetes.Quantity.asInteger(): int', (one: Quantity) => BigInt(quantityNumber(one.text)));
  env.registerFunction('kubernetes.Quantity.asApproximateFloat(): double', (one: Quantity) => quantityNumber(one.text));

  env.registerType('kubernetes.Formats', Formats).registerConstant('format', 'kubernetes.Formats', new Formats());
  env.registerFunction('kubernetes.Formats.named(string): optional<kubernetes.NamedFormat>', (_: Formats, name: string) => {
    const check = formats[name];
    return check ? Optional.of(new Format(check)) : Optional.none();
  });
  for (const [name, check] of Object.entries(formats)) {
    env.registerFunction(`kubernetes.Formats.${name}(): kubernetes.NamedFormat`, () => new Format(check));
  }
  env.registerFunction('kubernetes.NamedFormat.validate(string): optional<list<string>>', (one: Format, value: string) => {
    const wrong = one.check(value);
    return wrong.length > 0 ? Optional.of(wrong) : Optional.none();
  });

  env.registerFunction('string.find(string): string', (value: string, pattern: string) => matching(pattern).exec(value)?.[0] ?? '');
  env.registerFunction(
    'string.findAll(string): list<string>',
    (value: string, pattern: string) => value.match(matching(pattern, 'g')) ?? [],
  );
  env.registerFunction('string.findAll(string, int): list<string>', (value: string, pattern: string, count: bigint) =>
    (value.match(matching(pattern, 'g')) ?? []).slice(0, count < 0n ? undefined : Number(count)),
  );
  env.registerFunction('string.charAt(int): string', (value: string, index: bigint) => [...value][Number(index)] ?? '');
  env.registerFunction('string.replace(string, string): string', (value: string, from: string, to: string) =>
    value.replaceAll(from, () => to),
  );
  env.registerFunction('string.replace(string, string, int): string', (value: string, from: string, to: string, count: bigint) => {
    const parts = value.split(from);
    const limit = count < 0n ? parts.length : Number(count) + 1;
    return [...parts.slice(0, limit - 1), parts.slice(limit - 1).join(from)].join(to);
  });

  env.registerFunction('list<dyn>.isSorted(): bool', (values: Ordered[]) =>
    values.every((one, index) => index === 0 || (values[index - 1] ?? one) <= one),
  );
  env.registerFunction('list<dyn>.sum(): dyn', (values: (bigint | number)[]) =>
    values.length === 0 ? 0n : values.reduce((a, b) => (typeof a === 'bigint' && typeof b === 'bigint' ? a + b : Number(a) + Number(b))),
  );
  env.registerFunction('list<dyn>.min(): dyn', least);
  env.registerFunction('list<dyn>.max(): dyn', most);
  env.registerFunction('list<dyn>.indexOf(dyn): int', (values: unknown[], wanted: unknown) =>
    BigInt(values.findIndex((one) => isSame(one, wanted))),
  );
  env.registerFunction('list<dyn>.lastIndexOf(dyn): int', (values: unknown[], wanted: unknown) =>
    BigInt(values.map((one) => isSame(one, wanted)).lastIndexOf(true)),
  );
  env.registerType('kubernetes.Sets', Sets).registerConstant('sets', 'kubernetes.Sets', new Sets());
  env.registerFunction('kubernetes.Sets.contains(list<dyn>, list<dyn>): bool', (_: unknown, all: unknown[], some: unknown[]) =>
    isWithin(all, some),
  );
  env.registerFunction(
    'kubernetes.Sets.equivalent(list<dyn>, list<dyn>): bool',
    (_: unknown, a: unknown[], b: unknown[]) => isWithin(a, b) && isWithin(b, a),
  );
  env.registerFunction('kubernetes.Sets.intersects(list<dyn>, list<dyn>): bool', (_: unknown, a: unknown[], b: unknown[]) =>
    a.some((one) => isWithin(b, [one])),
  );
}
