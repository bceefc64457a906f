/** What stands for a variable, attribute or item that does not exist, and the errors evaluation throws inside the engine. */
import type { Span } from '../../core/diagnostic.ts';
import type { Unknown } from '../../core/value.ts';

type FaultKind = 'syntax' | 'undefined' | 'runtime' | 'recursion' | 'limit' | 'condition';

/** An error of a template on its way up; becomes a PbError with a place at the engine's edge. */
export class Fault extends Error {
  readonly kind: FaultKind;
  readonly hint: (() => string | undefined) | undefined;
  /** Set by the first construct on the way up that knows its place. */
  at: Span | undefined;
  /** The marker this error came from, so that a variable holding it can become undefined itself. */
  readonly undef: Undef | undefined;

  constructor(
    kind: FaultKind,
    message: string,
    more: { hint?: (() => string | undefined) | undefined; at?: Span | undefined; undef?: Undef } = {},
  ) {
    super(message);
    this.kind = kind;
    this.hint = more.hint;
    this.at = more.at;
    this.undef = more.undef;
  }
}

/** A missing value: attributes, filters and calls pass it on; printing, comparing or testing it throws. */
export class Undef {
  readonly type = 'Undefined';
  readonly message: string;
  readonly hint: (() => string | undefined) | undefined;
  readonly at: Span | undefined;
  constructor(message: string, more: { hint?: (() => string | undefined) | undefined; at?: Span | undefined } = {}) {
    this.message = message;
    this.hint = more.hint;
    this.at = more.at;
  }
  fault(): Fault {
    return new Fault('undefined', this.message, { hint: this.hint, at: this.at, undef: this });
  }
}

/** Thrown where an unknown decides what happens next; whoever evaluates turns it back into that unknown. */
export class UnknownSignal extends Error {
  readonly unknown: Unknown;
  constructor(unknown: Unknown) {
    super('unknown');
    this.unknown = unknown;
  }
}

export const fail = (message: string): never => {
  throw new Fault('runtime', message);
};
