/** `pb doc`: what modules there are, and what each takes. */
import { nearest, PbError } from '../../core/diagnostic.ts';
import { findModule, modules } from '../../modules/index.ts';
import { moduleList, moduleText } from '../doc-text.ts';

export function docCommand(names: readonly string[]): string {
  if (names.length === 0) return moduleList(modules);
  return names.map((name) => moduleText(found(name))).join('\n');
}

function found(name: string) {
  const module = findModule(name);
  if (module) return module;
  const near = nearest(
    name,
    modules.flatMap((one) => [one.name, ...(one.aliases ?? [])]),
  );
  throw new PbError('args', `there is no module ${name}`, { hint: near ? `did you mean ${near}?` : 'pb doc lists them all' });
}
