/** What every module has to come with. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { findModule, modules } from '../../src/modules/index.ts';
import { clusterArgAliases, clusterArgs } from '../../src/modules/kube/cluster-args.ts';
import { argsOf, variantsOf } from './args.ts';

const folder = join(import.meta.dirname, '../../src/modules');
/** Beside the modules, and no module itself; `wait_for.k8s` serves calls of wait_for. */
const NOT_MODULES = new Set(['define', 'index']);

const files = readdirSync(folder)
  .filter((name) => name.endsWith('.ts'))
  .map((name) => name.slice(0, -3))
  .filter((name) => !NOT_MODULES.has(name) && !name.includes('.'));

test('the index lists every file beside it, sorted by name', () => {
  const names = modules.map(({ name }) => name);
  expect(names).toEqual([...files].sort());
});

test('no name or alias means two modules', () => {
  const names = modules.flatMap(({ name, aliases }) => [name, ...(aliases ?? [])]);
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  for (const module of modules) for (const name of [module.name, ...(module.aliases ?? [])]) expect(findModule(name)).toBe(module);
  expect(findModule('ansible.builtin.no_such_module')).toBeUndefined();
});

/** With those that serve some calls of another: wait_for with `k8s`. */
const all = modules.flatMap((module) => [module, ...variantsOf(module)]);

describe.each(all.map((module) => [module.name, module.target, module] as const))('%s (%s)', (name, _, module) => {
  const properties = (module.args['properties'] ?? {}) as { [name: string]: { description?: string } };

  test('says what it is for in one line', () => {
    expect(module.summary).toMatch(/^[A-Z].{8,120}[^.]$/);
  });

  test('documents every argument', () => {
    expect(Object.entries(properties).flatMap(([arg, schema]) => ((schema.description ?? '').length > 3 ? [] : [arg]))).toEqual([]);
  });

  test('its aliases and its free form lead to arguments it has', () => {
    const targets = [...Object.values(module.argAliases ?? {}), ...(module.freeForm ? [module.freeForm] : [])];
    expect(targets.filter((target) => !(target in properties))).toEqual([]);
    expect(Object.keys(module.argAliases ?? {}).filter((alias) => alias in properties)).toEqual([]);
  });

  test('has examples that its own schema accepts', () => {
    expect(module.examples.length).toBeGreaterThan(0);
    for (const example of module.examples) expect(() => argsOf(module, example.args), example.title).not.toThrow();
  });

  test('has a case file', () => {
    const cases = join(import.meta.dirname, name);
    expect(existsSync(cases) ? readdirSync(cases).filter((file) => file.endsWith('.case.yaml')) : []).not.toEqual([]);
  });

  if (module.target !== 'cluster') return;
  test('takes the cluster\u2019s address and identity as kubernetes.core does', () => {
    const { username, password, ...others } = clusterArgs;
    // htpasswd has users of its own.
    expect(properties).toMatchObject(name === 'htpasswd' ? others : { ...others, username, password });
    expect(module.argAliases).toMatchObject(clusterArgAliases);
  });
});
