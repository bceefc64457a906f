/** Every test/modules/<module>/<situation>.case.yaml: arguments and what was read → the decision, steps included. A new case is a new file. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import type { JsonObject } from '../../src/core/value.ts';
import { findModule } from '../../src/modules/index.ts';
import { argsOf } from './args.ts';

interface Case {
  readonly args: JsonObject;
  /** What `read` gave; null where the module reads nothing. */
  readonly state: unknown;
  readonly decision: unknown;
}

const KEYS = ['args', 'state', 'decision'];
const here = import.meta.dirname;
const casesIn = (folder: string): readonly string[] => readdirSync(join(here, folder)).filter((name) => name.endsWith('.case.yaml'));
const folders = readdirSync(here, { withFileTypes: true }).filter((entry) => entry.isDirectory() && casesIn(entry.name).length > 0);

function caseAt(path: string): Case {
  const found: unknown = parse(readFileSync(path, 'utf8'));
  const keys = Object.keys(found as object);
  if (keys.some((key) => !KEYS.includes(key)) || KEYS.some((key) => !keys.includes(key))) {
    throw new Error(`${path}: a case has exactly the keys ${KEYS.join(', ')}, this one has ${keys.join(', ')}`);
  }
  return found as Case;
}

describe.each(folders.map(({ name }) => name))('%s', (folder) => {
  test.each(casesIn(folder))('%s', (name) => {
    const named = findModule(folder);
    if (!named) throw new Error(`no module is called ${folder}`);
    const { args, state, decision } = caseAt(join(here, folder, name));
    const module = named.variant?.(new Set(Object.keys(args))) ?? named;
    expect(module.decide(argsOf(module, args) as never, state as never)).toStrictEqual(decision);
  });
});
