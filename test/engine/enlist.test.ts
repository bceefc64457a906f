/** add_host and group_by: what the rest of a run sees of hosts and groups that tasks add. */
import { expect, test } from 'vitest';
import type { Host, Inventory } from '../../src/core/inventory.ts';
import type { Plan, Play } from '../../src/core/plan.ts';
import type { HostName } from '../../src/core/value.ts';
import { enlist, LiveInventory } from '../../src/engine/enlist.ts';
import { HostState } from '../../src/engine/host-state.ts';
import { Scopes } from '../../src/engine/scope.ts';

const n1 = 'n1' as HostName;
const first: Host = { name: n1, groups: ['web'], layers: [] };
const inventory: Inventory = {
  hosts: new Map([[n1, first]]),
  groups: new Map([
    ['all', [n1]],
    ['ungrouped', []],
    ['web', [n1]],
  ]),
  sources: [],
};
const layer = { precedence: 'extra vars', vars: {} } as const;
const plan: Plan = { plays: [], inventory, extraVars: layer, playbookLayers: () => [], playbookDir: '/srv' };
const facts = { check: false, diff: false, verbosity: 0, forks: 5, version: '1', tags: [], skipTags: [] };
const play = { id: 'p', layers: [] } as unknown as Play;
const view = { play, all: [n1], batch: [n1], active: () => [n1], shared: [], includedRoles: [] };

function started() {
  const states = new Map([[n1, new HostState(first)]]);
  return { states, scopes: new Scopes(plan, facts, states), inventory: new LiveInventory(inventory) };
}

test('a new host has its variables and groups, and is seen by others', () => {
  const on = started();
  enlist({ host: 'n2', groups: ['web', 'fresh'], vars: { rack: 7 } }, on);
  const state = on.states.get('n2' as HostName);
  if (!state) throw new Error('n2 has no state');
  expect(on.scopes.of(state, view).get('rack')).toBe(7);
  expect(on.scopes.of(state, view).get('group_names')).toEqual(['fresh', 'web']);
  const other = on.states.get(n1);
  expect(other && on.scopes.of(other, view).get('groups')).toMatchObject({
    all: ['n1', 'n2'],
    web: ['n1', 'n2'],
    fresh: ['n2'],
    ungrouped: [],
  });
  expect(on.inventory.grown).toBe(true);
  expect(inventory.hosts.size, 'the plan stays as it was').toBe(1);
});

test('a host that is there keeps its groups and what it was told; variables are seen at once', () => {
  const on = started();
  const state = on.states.get(n1);
  if (!state) throw new Error('n1 has no state');
  state.assigned.set('set', 1);
  expect(on.scopes.of(state, view).get('rack')).toBeUndefined();
  enlist({ host: 'n1', groups: ['os_RedHat'], parents: ['os'], vars: { rack: 3 } }, on);
  expect(on.scopes.of(state, view).get('group_names')).toEqual(['os', 'os_RedHat', 'web']);
  expect(on.scopes.of(state, view).get('rack')).toBe(3);
  expect(on.scopes.of(state, view).get('set')).toBe(1);
  expect(on.inventory.now.groups.get('os')).toEqual(['n1']);
});

test('a new host without a group is ungrouped until it gets one', () => {
  const on = started();
  enlist({ host: 'n3', groups: [] }, on);
  expect(on.inventory.now.groups.get('ungrouped')).toEqual(['n3']);
  enlist({ host: 'n3', groups: ['web'] }, on);
  expect(on.inventory.now.groups.get('ungrouped')).toEqual([]);
});
