import { describe, expect, it } from 'vitest';
import { nodeOf } from '../../../src/lab/kube/operators/cluster/nodes.ts';
import { defaultFleet } from '../../../src/lab/kube/operators/index.ts';
import { generated, merged } from '../../../src/lab/kube/operators/machine-config/configs.ts';
import { effectOf, policyPath, pullSecretPath, registriesPath } from '../../../src/lab/kube/operators/machine-config/effect.ts';
import { nextNodes } from '../../../src/lab/kube/operators/machine-config/pool.ts';
import {
  defaultSearch,
  onlyAddsDigestMirrors,
  type Policies,
  parseRegistries,
  policyText,
  registriesOf,
  registriesText,
} from '../../../src/lab/kube/operators/machine-config/registries.ts';
import { versionBefore } from '../../../src/lab/kube/operators/machine-config/version.ts';
import { startLabStage } from './life/lab-stage.ts';
import { machineConfigLife } from './life/machine-config.ts';

const none: Policies = { contentSources: [], digests: [], tags: [], sources: {} };
const digests = (source: string, mirrors: string[], more: object = {}): Policies => ({
  ...none,
  digests: [{ metadata: { name: 'd' }, spec: { imageDigestMirrors: [{ source, mirrors, ...more }] } }],
});
const tags = (source: string, mirrors: string[]): Policies => ({
  ...none,
  tags: [{ metadata: { name: 't' }, spec: { imageTagMirrors: [{ source, mirrors }] } }],
});

describe('registries.conf', () => {
  it('is read back as it was written', () => {
    const given = registriesOf({
      ...digests('b.example.com/x', ['m1/x', 'm2/x'], { mirrorSourcePolicy: 'NeverContactSource' }),
      ...{ tags: tags('b.example.com/x', ['m1/x']).tags, sources: { insecureRegistries: ['a.example.com'], blockedRegistries: ['c.io'] } },
    });
    expect(given.registries.map(({ location, blocked, insecure, mirrors }) => [location, blocked, insecure, mirrors.length])).toEqual([
      ['a.example.com', false, true, 0],
      ['b.example.com/x', true, false, 3],
      ['c.io', true, false, 0],
    ]);
    expect(parseRegistries(registriesText(given))).toEqual(given);
    expect(parseRegistries(registriesText(registriesOf(none)))).toEqual({ search: [...defaultSearch], registries: [] });
  });

  it.each<[string, Policies, Policies, boolean]>([
    ['a first mirror for digests', none, digests('a', ['m']), true],
    ['one more mirror', digests('a', ['m']), digests('a', ['m', 'n']), true],
    ['a mirror for tags', none, tags('a', ['m']), false],
    ['a mirror that goes', digests('a', ['m', 'n']), digests('a', ['m']), false],
    ['a source that goes', digests('a', ['m']), none, false],
    ['a source that is blocked', digests('a', ['m']), digests('a', ['m'], { mirrorSourcePolicy: 'NeverContactSource' }), false],
    ['a blocked registry', none, { ...none, sources: { blockedRegistries: ['a'] } }, false],
    ['another order of search', none, { ...none, sources: { containerRuntimeSearchRegistries: ['docker.io'] } }, false],
    ['nothing', digests('a', ['m']), digests('a', ['m']), true],
  ])('%s lets pods stay or not', (_, before, after, stays) => {
    expect(onlyAddsDigestMirrors(registriesOf(before), registriesOf(after))).toBe(stays);
  });
});

describe('what a change asks of a node', () => {
  const config = (files: Record<string, string>) => merged([generated('00-worker', 'worker', files)]);
  const mirrors = registriesText(registriesOf(digests('a', ['m'])));
  it.each<[string, Record<string, string>, object]>([
    ['a mirror', { [registriesPath]: mirrors }, { drain: false, reboot: false }],
    ['a pull secret', { [pullSecretPath]: '{}' }, { drain: false, reboot: false }],
    ['allowed registries', { [policyPath]: policyText({ allowedRegistries: ['a'] }) ?? '' }, { drain: false, reboot: false }],
    ['any other file', { '/etc/motd': 'hello' }, { drain: true, reboot: true }],
  ])('%s', (_, files, effect) => {
    expect(effectOf(config({}), config(files), 18)).toEqual(effect);
    expect(effectOf(config({}), config(files), 6)).toEqual({ drain: true, reboot: true });
  });
  it('reboots for kernel arguments, and does nothing for nothing', () => {
    expect(effectOf(config({}), { ...config({}), kernelArguments: ['nosmt'] }, 18)).toEqual({ drain: true, reboot: true });
    expect(effectOf(config({ '/a': 'b' }), config({ '/a': 'b' }), 18)).toEqual({ drain: false, reboot: false });
  });
});

describe('pools', () => {
  const nodes = defaultFleet.nodes.slice(3).map((node, index) => nodeOf(node, defaultFleet, index));
  const names = (maxUnavailable?: number | string) =>
    nextNodes(
      { metadata: { name: 'worker' }, spec: { configuration: { name: 'new' }, ...(maxUnavailable ? { maxUnavailable } : {}) } },
      nodes,
    ).map((node) => node.metadata.name);
  it('take one node at a time, or as many as may be away', () => {
    expect(names()).toEqual(['infra01']);
    expect(names(2)).toEqual(['infra01', 'infra02']);
    expect(names('60%')).toHaveLength(3);
    expect(names('1%')).toHaveLength(1);
  });
  it('count a cordoned node as away', () => {
    const cordoned = nodes.map((node, index) => (index === 0 ? { ...node, spec: { ...node.spec, unschedulable: true } } : node));
    expect(nextNodes({ metadata: { name: 'worker' }, spec: { configuration: { name: 'new' } } }, cordoned)).toEqual([]);
  });
});

it.each([
  ['4.13.26', true],
  ['4.13.27', false],
  ['4.14.0', true],
  ['4.14.3', false],
  ['4.12.60', true],
  ['4.18.20', false],
])('%s knows the two kinds of mirror policy as exclusive: %s', (version, is) => {
  expect(versionBefore(version, { '4.13': 27, '4.14': 3 })).toBe(is);
});

machineConfigLife('on the lab’s API', startLabStage);
