/**
 * The contract between pb's rehearsals and a Kubernetes API server: requests, and the answers a real kube-apiserver gave to them.
 * The answers in expected/ were recorded from the real one (PB_RECORD=1 npm run test:real -- kube-contract) and hold for both.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { accessCases } from './cases/access.ts';
import { applyCases } from './cases/apply.ts';
import { bookmarkCases } from './cases/bookmarks.ts';
import type { Cases } from './cases/case.ts';
import { createCases } from './cases/create.ts';
import { customCases, widgets } from './cases/custom.ts';
import { defaultCases } from './cases/defaults.ts';
import { deleteCases } from './cases/delete.ts';
import { discoveryCases } from './cases/discovery.ts';
import { evictionCases } from './cases/evictions.ts';
import { kindCases } from './cases/kinds.ts';
import { listCases } from './cases/list.ts';
import { managerCases } from './cases/managers.ts';
import { namespaceCases } from './cases/namespaces.ts';
import { partialCases } from './cases/partial.ts';
import { patchCases } from './cases/patch.ts';
import { pathCases } from './cases/paths.ts';
import { podCases } from './cases/pods.ts';
import { quotaCases } from './cases/quotas.ts';
import { gadgets, ruleCases } from './cases/rules.ts';
import { tableCases } from './cases/table.ts';
import { updateCases } from './cases/update.ts';
import { validationCases } from './cases/validation.ts';
import { warningCases } from './cases/warnings.ts';
import { watchCases } from './cases/watch.ts';
import { type Entry, type Server, Talk } from './talk.ts';

const groups: Readonly<Record<string, Cases>> = {
  access: accessCases,
  apply: applyCases,
  create: createCases,
  custom: customCases,
  bookmarks: bookmarkCases,
  evictions: evictionCases,
  partial: partialCases,
  paths: pathCases,
  quotas: quotaCases,
  warnings: warningCases,
  rules: ruleCases,
  defaults: defaultCases,
  delete: deleteCases,
  discovery: discoveryCases,
  kinds: kindCases,
  list: listCases,
  managers: managerCases,
  namespaces: namespaceCases,
  patch: patchCases,
  pods: podCases,
  table: tableCases,
  update: updateCases,
  validation: validationCases,
  watch: watchCases,
};

export interface Contract {
  server(): Server;
  /** Writes the answers down as the expected ones instead of comparing them: for the real server alone. */
  readonly record?: boolean;
}

/** Declares every case as a test of the server given. */
export function contractSuite({ server, record = false }: Contract): void {
  beforeAll(async () => {
    const talk = new Talk(server(), 'default');
    const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
    for (const one of [widgets, gadgets]) expect(await talk.post(definitions, one)).toMatchObject({ status: 201 });
    const established = (body: { status?: { conditions?: { type: string; status: string }[] } }): boolean =>
      body.status?.conditions?.some((one) => one.type === 'Established' && one.status === 'True') ?? false;
    for (const name of ['widgets.lab.example.com', 'gadgets.rules.example.com']) {
      await talk.until(`${definitions}/${name}`, ({ body }) => established(body));
    }
    for (const path of ['/apis/lab.example.com/v1/widgets', '/apis/rules.example.com/v1/gadgets']) {
      await talk.until(path, ({ status }) => status === 200);
    }
  });

  for (const [group, cases] of Object.entries(groups)) {
    describe(group, () => {
      const file = join(import.meta.dirname, 'expected', `${group}.case.json`);
      const expected: Record<string, Entry[]> = record ? {} : JSON.parse(readFileSync(file, 'utf8'));
      let number = 0;

      for (const [name, run] of Object.entries(cases)) {
        it(name, async () => {
          const ns = `c-${group}-${++number}`;
          const talk = new Talk(server(), ns);
          await talk.post('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: ns } }, { quiet: true });
          await talk.until(`/api/v1/namespaces/${ns}/serviceaccounts/default`, ({ status }) => status === 200, { quiet: true });
          await run(talk);
          await talk.delete(`/api/v1/namespaces/${ns}`, undefined, { quiet: true });
          if (record) expected[name] = talk.entries;
          else expect(talk.entries).toEqual(expected[name]);
        });
      }

      afterAll(() => {
        if (record) writeFileSync(file, recorded(expected));
      });
    });
  }
}

/** JSON with a line for each answer, so that a difference is found. */
function recorded(cases: Record<string, Entry[]>): string {
  const lines = Object.entries(cases).map(
    ([name, entries]) => `${JSON.stringify(name)}: [\n${entries.map((one) => `  ${JSON.stringify(one)}`).join(',\n')}\n]`,
  );
  return `{\n${lines.join(',\n')}\n}\n`;
}
