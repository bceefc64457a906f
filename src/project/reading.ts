/** What reading a playbook needs beyond a loader's context. */
import path from 'node:path';
import type { AnyModule } from '../core/module.ts';
import type { Layer } from '../core/precedence.ts';
import type { Context } from './context.ts';
import type { Place } from './playbook/ast.ts';

export interface Modules {
  find(name: string): AnyModule | undefined;
  /** Every name, for "did you mean". */
  readonly names: readonly string[];
}

export interface Reading extends Context {
  readonly modules: Modules;
  /** Absolute. */
  readonly playbookDir: string;
  /** Searched for roles after the playbook's own `roles/`. */
  readonly rolePaths: readonly string[];
}

/** The reading of one playbook file: relative names, roles and `playbook_dir` are of the folder it lies in, imported or not. */
export const inPlaybook = (reading: Reading, file: string): Reading => {
  const playbookDir = path.dirname(file);
  return { ...reading, playbookDir, magic: { precedence: 'magic', vars: { ...reading.magic?.vars, playbook_dir: playbookDir } } };
};

/** Where in the project a list of tasks is being read. */
export interface Spot {
  readonly place: Place;
  /** Known before any host is: play variables, extra variables, those of the imports around. */
  readonly layers: readonly Layer[];
  /** Files and roles being read around this one: a repetition is a loop. */
  readonly chain: readonly string[];
  readonly handlers: boolean;
}

/** What a name that is worked out while loading may use there. */
export const knownAt = ({ layers, place }: Spot): readonly Layer[] => (place.role ? [...layers, ofRole(place.role)] : layers);

/** The magic variables of a role. */
export const ofRole = ({ name, path: directory }: NonNullable<Place['role']>): Layer => ({
  precedence: 'magic',
  vars: { role_name: name, ansible_role_name: name, role_path: directory },
});
