/** Rules of the definitions in use: each of OpenShift's compiles, and a mistake in one would be seen. */
import { expect, it } from 'vitest';
import { ruleTextCauses } from '../../../src/lab/kube/server/rules/definition.ts';
import { evaluate } from '../../../src/lab/kube/server/rules/environment.ts';
import crds from '../../../src/lab/openshift/crds.data.json' with { type: 'json' };

type Json = { [key: string]: unknown };

/** Every schema with rules, wherever it stands. */
function ruled(value: unknown, path = ''): { schema: Json; path: string }[] {
  if (Array.isArray(value)) return value.flatMap((one, index) => ruled(one, `${path}[${index}]`));
  if (typeof value !== 'object' || value === null) return [];
  const inside = Object.entries(value).flatMap(([name, one]) => ruled(one, `${path}/${name}`));
  return 'x-kubernetes-validations' in value && 'type' in value ? [{ schema: value as Json, path }, ...inside] : inside;
}

const all = ruled(crds);

it('compiles every rule of the definitions of OpenShift', () => {
  expect(all.length).toBeGreaterThan(100);
  const refused = all.flatMap(({ schema, path }) => ruleTextCauses(schema, path, path.endsWith('/openAPIV3Schema')));
  expect(refused).toEqual([]);
});

it('sees a field that does not exist in them', () => {
  const misspelt = all.flatMap(({ schema, path }) => {
    const rules = (schema['x-kubernetes-validations'] as { rule: string }[]).filter((one) => /self\.[a-z]\w+ /.test(one.rule));
    const broken = rules.map((one) => ({ ...one, rule: one.rule.replace(/self\.([a-z]\w+) /, 'self.$1Misspelt ') }));
    return broken.length > 0 && schema['type'] === 'object'
      ? [ruleTextCauses({ ...schema, 'x-kubernetes-validations': broken }, path, false)]
      : [];
  });
  expect(misspelt.length).toBeGreaterThan(5);
  for (const causes of misspelt) expect(causes).not.toEqual([]);
});

it.each([
  ["ip('::1').isLoopback()", true],
  ["ip.isCanonical('2001:DB8::1')", false],
  ["string(cidr('10.1.2.3/20').masked())", '10.1.0.0/20'],
  ["string(cidr('2001:db8:ffff::/33').masked())", '2001:db8:8000::/33'],
  ["cidr('10.0.0.0/8').containsCIDR('10.2.0.0/16')", true],
  ["isCIDR('10.0.0.0/33') || isIP('::ffff:1.2.3.4') || isIP('1.2.3')", false],
  ["url('https://[::1]:8443/a?b=c&b=d').getQuery()['b'][1]", 'd'],
  ["url('https://[::1]:8443/a').getHostname()", '::1'],
  ["quantity('1500m').compareTo(quantity('1.5'))", 0n],
  ["quantity('2Ki').asInteger()", 2048n],
  ["format.named('uuid').value().validate('x').hasValue()", true],
  ["'a1b22'.findAll('[0-9]+').size()", 2n],
  ["'a.b.c'.replace('.', '-', 1)", 'a-b.c'],
  ["sets.equivalent([1, 2], [2, 1, 1]) && !sets.contains([1], [2]) && sets.intersects(['a'], ['a', 'b'])", true],
  ['[3, 1, 2].indexOf(2) + [1, 1].lastIndexOf(1)', 3n],
  ['[3, 1, 2].min() * 2 + [1, 4].max()', 6n],
  ['[1, 2].all(ip, ip > 0)', true],
])('%s is %s', (rule, wanted) => {
  expect(evaluate(rule, { self: null })).toEqual(wanted);
});
