/** Faults on demand: what an embedder may do to a request before the server answers it. */

export interface Seen {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** `list pods`, `patch deployments/scale`, … or empty for other paths. */
  readonly action: string;
  readonly user: string;
}

export interface Fault {
  /** Milliseconds before anything else happens. */
  readonly delayMs?: number;
  /** The connection is cut without an answer. */
  readonly drop?: boolean;
  /** Answered with this status and a Status object in place of the real answer. */
  readonly status?: number;
  /** Seconds, as Retry-After. */
  readonly retryAfter?: number;
  readonly reason?: string;
  readonly message?: string;
}

export type Intercept = (request: Seen) => Fault | undefined | Promise<Fault | undefined>;

const reasons: { readonly [status: number]: readonly [string, string] } = {
  409: [
    'Conflict',
    'Operation cannot be fulfilled: the object has been modified; please apply your changes to the latest version and try again',
  ],
  410: ['Expired', 'The resourceVersion for the provided watch is too old.'],
  429: ['TooManyRequests', 'the server has received too many requests and has asked us to try again later'],
  500: ['InternalError', 'Internal error occurred: etcdserver: leader changed'],
  503: ['ServiceUnavailable', 'the server is currently unable to handle the request'],
  504: ['Timeout', 'the server was unable to return a response in the time allotted, but may still be processing the request'],
};

export const faultWords = ({ status = 500, reason, message }: Fault): { reason: string; message: string } => {
  const [usualReason, usualMessage] = reasons[status] ?? ['', `fault ${status}`];
  return { reason: reason ?? usualReason, message: message ?? usualMessage };
};
