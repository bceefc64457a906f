/**
 * Every test/probes/<probe>/<situation>.case.yaml: arguments → argv, and what a real tool answered → value. A new case is a new file.
 *
 * Keys: `tool` (what answered: "util-linux 2.38.1", or how else the text came about), `args`, `output` {code, stdout, stderr}, and `value` or
 * `throws` (a part of the message); `argv` where it is worth fixing.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { isProbe, type Output, type Probe } from '../../src/core/probe.ts';

interface Case {
  readonly tool: string;
  readonly args: unknown;
  readonly argv?: readonly string[];
  readonly output: Output;
  readonly value?: unknown;
  readonly throws?: string;
}

const here = import.meta.dirname;
const source = join(here, '../../src/probes');
const probes = new Map<string, Probe<unknown, never>>();
for (const file of readdirSync(source).filter((name) => name.endsWith('.ts'))) {
  const exported: Record<string, unknown> = await import(join(source, file));
  for (const value of Object.values(exported)) {
    if (typeof value === 'object' && value !== null && isProbe(value)) {
      const probe = value as Probe<unknown, never>;
      if (probes.has(probe.name) && probes.get(probe.name) !== probe) throw new Error(`two probes are called ${probe.name}`);
      probes.set(probe.name, probe);
    }
  }
}

const casesIn = (folder: string): readonly string[] => readdirSync(join(here, folder)).filter((name) => name.endsWith('.case.yaml'));
const folders = readdirSync(here, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);

function caseAt(path: string): Case {
  const found = parse(readFileSync(path, 'utf8')) as Case;
  if (!found.tool || !found.output || 'value' in found === 'throws' in found) {
    throw new Error(`${path}: a case has tool, args, output, and either value or throws`);
  }
  return found;
}

describe.each(folders)('%s', (folder) => {
  test.each(casesIn(folder))('%s', (name) => {
    const probe = probes.get(folder);
    if (!probe) throw new Error(`no probe is called ${folder}; there are ${[...probes.keys()].sort().join(', ')}`);
    const { args = null, argv, output, value, throws } = caseAt(join(here, folder, name));
    if (argv) expect(probe.argv(args)).toEqual(argv);
    if (throws === undefined) expect(probe.parse(output, args)).toStrictEqual(value);
    else expect(() => probe.parse(output, args)).toThrow(throws);
  });
});
