/** Every lookup that does IO, by its name. */
import type { LookupRegistry } from '../../template/index.ts';
import type { RenderFile } from '../files.ts';
import type { Opened } from '../opened.ts';
import { config } from './config.ts';
import { csvfile } from './csvfile.ts';
import { file, fileglob, firstFound, unvault } from './files.ts';
import { ini } from './ini.ts';
import { password } from './password.ts';
import { env, inventoryHostnames, lines, pipe, template, url } from './system.ts';

export interface LookupParts {
  readonly render: RenderFile;
  readonly opened: Opened;
  /** Told every password a lookup made or read. */
  readonly onSecret: (value: string) => void;
}

export const ioLookups = ({ render, opened, onSecret }: LookupParts): LookupRegistry => ({
  config,
  csvfile,
  env,
  file: file(opened),
  fileglob,
  first_found: firstFound,
  ini,
  inventory_hostnames: inventoryHostnames,
  lines,
  password: password({ render, onSecret }),
  pipe,
  template: template(render, opened),
  unvault: unvault(opened),
  url,
});
