/** Every lookup that does IO, by its name. */
import type { LookupRegistry } from '../../template/index.ts';
import type { RenderFile } from '../files.ts';
import type { Opened } from '../opened.ts';
import { csvfile, file, fileglob, firstFound, ini, unvault } from './files.ts';
import { env, inventoryHostnames, lines, password, pipe, template, url } from './system.ts';

export interface LookupParts {
  readonly render: RenderFile;
  readonly opened: Opened;
  /** Told every password a lookup made or read. */
  readonly onSecret: (value: string) => void;
}

export const ioLookups = ({ render, opened, onSecret }: LookupParts): LookupRegistry => ({
  csvfile,
  env,
  file: file(opened),
  fileglob,
  first_found: firstFound,
  ini,
  inventory_hostnames: inventoryHostnames,
  lines,
  password: password(onSecret),
  pipe,
  template: template(render, opened),
  unvault: unvault(opened),
  url,
});
