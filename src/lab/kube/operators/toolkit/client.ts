/** The Kubernetes verbs, typed by `Kind`. */
import { type EventDraft, recordEvents } from './events.ts';
import { type ApiAddress, isStatus, openHttp } from './http.ts';
import { type Kind, type Obj, same } from './objects.ts';

export interface Ref {
  readonly name: string;
  readonly namespace?: string;
}

export interface WatchEvent<T extends Obj> {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  readonly object: T;
}

export interface Client {
  /** Undefined for 404. */
  get<T extends Obj>(kind: Kind<T>, ref: Ref): Promise<T | undefined>;
  list<T extends Obj>(kind: Kind<T>, where?: { namespace?: string; labels?: string }): Promise<{ items: T[]; resourceVersion: string }>;
  create<T extends Obj>(kind: Kind<T>, object: T): Promise<T>;
  /** Creates unless an object of that name is there; true when it was created. */
  ensure<T extends Obj>(kind: Kind<T>, object: T): Promise<boolean>;
  /**
   * Reads, changes and writes back, again after a conflict. Nothing is written when `change` changes nothing; undefined for 404. `known`, the
   * object as a cache has it, saves the first reading: for controllers that its next change wakes again, should the cache be behind.
   */
  edit<T extends Obj>(kind: Kind<T>, ref: Ref, change: (object: T) => void, known?: T): Promise<T | undefined>;
  editStatus<T extends Obj>(kind: Kind<T>, ref: Ref, change: (object: T) => void, known?: T): Promise<T | undefined>;
  /** Writes the object as it is; 409 when it was changed since it was read. */
  replace<T extends Obj>(kind: Kind<T>, object: T, subresource?: 'status'): Promise<T>;
  mergePatch<T extends Obj>(kind: Kind<T>, ref: Ref, patch: unknown): Promise<T>;
  /** False when there was nothing to delete, or another object of that name. */
  delete(kind: Kind, ref: Ref, options?: DeleteOptions): Promise<boolean>;
  /** POST to a subresource: pods/binding. */
  post(kind: Kind, ref: Ref & { readonly subresource: string }, body: unknown): Promise<void>;
  watch<T extends Obj>(kind: Kind<T>, resourceVersion: string, on: (event: WatchEvent<T>) => void): Promise<void>;
  /** Records an event about an object; the same one again raises its count. Never throws: events are best effort. */
  event(about: Obj & { kind: string; apiVersion: string }, draft: EventDraft): Promise<void>;
  close(): void;
}

export interface DeleteOptions {
  readonly uid?: string;
  readonly graceSeconds?: number;
  readonly propagation?: 'Foreground' | 'Background' | 'Orphan';
}

const conflictsBorne = 10;

/** `now` gives the simulated ms by which sources of events are kept from telling too much. */
export async function openClient(address: ApiAddress, signal: AbortSignal, now = () => performance.now()): Promise<Client> {
  const http = await openHttp(address, signal);

  const typed = <T extends Obj>(kind: Kind<T>, object: T): T => ({ ...object, apiVersion: kind.apiVersion, kind: kind.kind });
  const call = async <T>(method: string, path: string, body?: unknown, contentType?: string): Promise<T> =>
    (await http.call({ method, path, ...(body === undefined ? {} : { body }), ...(contentType ? { contentType } : {}) })) as T;

  const get = async <T extends Obj>(kind: Kind<T>, ref: Ref): Promise<T | undefined> => {
    try {
      return typed(kind, await call<T>('GET', pathOf(kind, ref)));
    } catch (error) {
      if (isStatus(error, 404)) return undefined;
      throw error;
    }
  };

  const editor =
    (subresource: string): Client['edit'] =>
    async <T extends Obj>(kind: Kind<T>, ref: Ref, change: (object: T) => void, known?: T) => {
      for (let attempt = 1; ; attempt++) {
        const before = attempt === 1 && known ? known : await get(kind, ref);
        if (!before) return undefined;
        const after = structuredClone(before);
        change(after);
        if (same(before, after)) return before;
        try {
          return typed(kind, await call<T>('PUT', pathOf(kind, ref) + subresource, after));
        } catch (error) {
          if (isStatus(error, 404)) return undefined;
          if (!isStatus(error, 409) || attempt === conflictsBorne) throw error;
        }
      }
    };

  const create = async <T extends Obj>(kind: Kind<T>, object: T): Promise<T> =>
    typed(kind, await call<T>('POST', pathOf(kind, spaceOf(object)), typed(kind, object)));

  return {
    get,
    create,
    edit: editor(''),
    editStatus: editor('/status'),
    async list(kind, where = {}) {
      const query = where.labels ? `?labelSelector=${encodeURIComponent(where.labels)}` : '';
      type List = { items: (typeof kind.is & Obj)[]; metadata: { resourceVersion: string } };
      const answer = await call<List>('GET', pathOf(kind, where) + query);
      return { items: answer.items.map((item) => typed(kind, item)) as never, resourceVersion: answer.metadata.resourceVersion };
    },
    async ensure(kind, object) {
      try {
        await create(kind, object);
        return true;
      } catch (error) {
        if (isStatus(error, 409)) return false;
        throw error;
      }
    },
    replace: async (kind, object, subresource) =>
      typed(kind, await call('PUT', pathOf(kind, refOf(object)) + (subresource ? `/${subresource}` : ''), typed(kind, object))),
    mergePatch: async (kind, ref, patch) => typed(kind, await call('PATCH', pathOf(kind, ref), patch, 'application/merge-patch+json')),
    async delete(kind, ref, options = {}) {
      const body = {
        apiVersion: 'v1',
        kind: 'DeleteOptions',
        propagationPolicy: options.propagation ?? 'Background',
        ...(options.graceSeconds === undefined ? {} : { gracePeriodSeconds: options.graceSeconds }),
        ...(options.uid ? { preconditions: { uid: options.uid } } : {}),
      };
      try {
        await call('DELETE', pathOf(kind, ref), body);
        return true;
      } catch (error) {
        if (isStatus(error, 404) || (options.uid && isStatus(error, 409))) return false;
        throw error;
      }
    },
    post: async (kind, ref, body) => void (await call('POST', `${pathOf(kind, ref)}/${ref.subresource}`, body)),
    watch: (kind, resourceVersion, on) =>
      http.stream(`${pathOf(kind, {})}?watch=1&allowWatchBookmarks=true&resourceVersion=${resourceVersion}`, (value) => {
        const event = value as WatchEvent<Obj>;
        on({ type: event.type, object: (event.type === 'ERROR' ? event.object : typed(kind, event.object as never)) as never });
      }),
    event: recordEvents(
      {
        create: (namespace, body) => call('POST', `/api/v1/namespaces/${namespace}/events`, body),
        patch: (namespace, name, body) =>
          call('PATCH', `/api/v1/namespaces/${namespace}/events/${name}`, body, 'application/merge-patch+json'),
      },
      now,
    ),
    close: () => http.close(),
  };
}

const refOf = (object: Obj): Ref => ({ name: object.metadata.name, ...spaceOf(object) });
const spaceOf = (object: Obj): { namespace?: string } => (object.metadata.namespace ? { namespace: object.metadata.namespace } : {});

function pathOf(kind: Kind, at: { name?: string; namespace?: string }): string {
  const group = kind.apiVersion.includes('/') ? `/apis/${kind.apiVersion}` : `/api/${kind.apiVersion}`;
  const space = kind.namespaced && at.namespace ? `/namespaces/${at.namespace}` : '';
  return `${group}${space}/${kind.plural}${at.name ? `/${at.name}` : ''}`;
}
