/** What every part of the server works on. */
import type { Authorizer } from './auth/authorizer.ts';
import type { ExecHandler, LogHandler } from './exec/handlers.ts';
import type { Registry } from './kinds/registry.ts';
import type { Store } from './store/store.ts';

export interface Api {
  readonly store: Store;
  readonly registry: Registry;
  readonly authorizer: Authorizer;
  readonly now: () => Date;
  /** PEM of the certificate that clients check the server by. */
  readonly caPem: string;
  readonly exec: ExecHandler | undefined;
  readonly logs: LogHandler | undefined;
  /** The next address for a Service. */
  readonly nextClusterIP: () => string;
  readonly tokenFor: (namespace: string, account: string) => string;
}
