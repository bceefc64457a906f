/** MachineConfigs: those the operator generates, and how a pool's are merged into one. Pure. */
import { createHash } from 'node:crypto';
import type { IgnitionFile, MachineConfig, MachineConfigSpec } from '../openshift-kinds.ts';
import { sourceOf } from './effect.ts';

export const roleLabel = 'machineconfiguration.openshift.io/role';
export const isRendered = (name: string): boolean => name.startsWith('rendered-');
const ignition = { version: '3.4.0' };

/** `files` are path → text; those without text are left out. */
export function generated(name: string, pool: string, files: Readonly<Record<string, string | undefined>>): MachineConfig {
  const list = Object.entries(files).flatMap(([path, text]): IgnitionFile[] =>
    text === undefined ? [] : [{ path, mode: 420, overwrite: true, contents: { source: sourceOf(text) } }],
  );
  return {
    metadata: { name, labels: { [roleLabel]: pool } },
    spec: { config: { ignition, storage: { files: list } } },
  };
}

/** In the order of their names: of two that say the same thing the later counts. */
export function merged(configs: readonly MachineConfig[]): MachineConfigSpec {
  const files = new Map<string, IgnitionFile>();
  const units = new Map<string, { name: string }>();
  let others: Record<string, unknown> = {};
  const kernelArguments: unknown[] = [];
  const extensions: unknown[] = [];
  for (const { spec } of [...configs].sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1))) {
    const { config, kernelArguments: more, extensions: further, ...rest } = spec ?? {};
    for (const file of config?.storage?.files ?? []) files.set(file.path, file);
    for (const unit of (config?.['systemd'] as { units?: { name: string }[] } | undefined)?.units ?? []) units.set(unit.name, unit);
    if (Array.isArray(more)) kernelArguments.push(...more);
    if (Array.isArray(further)) extensions.push(...further);
    others = { ...others, ...Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== '' && value !== null)) };
  }
  return {
    ...others,
    ...(kernelArguments.length > 0 ? { kernelArguments } : {}),
    ...(extensions.length > 0 ? { extensions } : {}),
    config: {
      ignition,
      storage: { files: [...files.values()].sort((a, b) => (a.path < b.path ? -1 : 1)) },
      ...(units.size > 0 ? { systemd: { units: [...units.values()] } } : {}),
    },
  };
}

export const renderedName = (pool: string, spec: MachineConfigSpec): string =>
  `rendered-${pool}-${createHash('sha256').update(JSON.stringify(spec)).digest('hex').slice(0, 32)}`;
