/** What a built-in kind does besides being stored: its defaults, what the server sets, and what it refuses. */
import type { Api } from '../../api.ts';
import type { User } from '../../auth/users.ts';
import type { Cause } from '../../http/status.ts';
import type { Obj } from '../../json.ts';

export interface Strategy {
  /** Filled in as the object is read: these fields belong to who sent it. */
  readonly defaults?: (object: Obj) => void;
  /** What admission adds to a new object, or refuses: nobody owns it. */
  readonly admit?: (object: Obj, api: Api, user: User | undefined) => void;
  /** What the server sets itself, before the object is validated. */
  readonly prepare?: (object: Obj, live: Obj | undefined, api: Api) => void;
  readonly validate?: (object: Obj, live: Obj | undefined) => Cause[];
  /** The spec's changes are counted in metadata.generation. */
  readonly counts?: boolean;
  /** A new object keeps the status it came with. */
  readonly keepsStatus?: boolean;
  /** Deleting answers with the object rather than with a Status. */
  readonly returnsDeleted?: boolean;
  readonly nameCauses?: (name: string) => Cause[];
}
