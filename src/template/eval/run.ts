/** The edge of the engine: starts evaluations, and turns what goes wrong inside into errors with a place. */
import { PbError, type Span } from '../../core/diagnostic.ts';
import { PendingLookup, type Resolved, type Scope, type Unknown } from '../../core/value.ts';
import { SyntaxFault } from '../syntax/tokens.ts';
import type { V } from '../value/model.ts';
import { Fault, UnknownSignal } from '../value/undef.ts';
import { Evaluation, type Unit } from './frame.ts';
import { leave } from './leave.ts';
import type { Services } from './services.ts';

/** Where offset `pos` of a text is, when the text starts at `at` and keeps its lines. */
export function spanIn(text: string, at: Span, pos: number): Span {
  const before = text.slice(0, pos);
  const line = before.lastIndexOf('\n');
  if (line < 0) return { file: at.file, line: at.line, column: at.column + pos };
  return { file: at.file, line: at.line + before.split('\n').length - 1, column: pos - line };
}

export function evaluate(services: Services, unit: Unit, scope: Scope, run: (ev: Evaluation) => V): Resolved {
  return guarded(unit, () => leave(run(new Evaluation(services, scope))));
}

/** Only PbError and PendingLookup leave; an unknown that decided something is the result. */
function guarded<T>(unit: Unit, run: () => T): T | Unknown {
  try {
    return run();
  } catch (error) {
    if (error instanceof UnknownSignal) return error.unknown;
    throw outward(error, unit);
  }
}

export function outward(error: unknown, unit: Unit): Error {
  if (error instanceof PbError || error instanceof PendingLookup) return error;
  const start = unit.span(0);
  if (error instanceof SyntaxFault)
    return new PbError('template', `Syntax error in template: ${error.message}`, {
      at: unit.span(error.pos),
      hint: error.hint,
      details: { kind: 'syntax', source: unit.source },
    });
  if (error instanceof Fault) {
    const hint = error.hint?.();
    return new PbError('template', error.message, { at: error.at ?? start, hint, details: { kind: error.kind, source: unit.source } });
  }
  // A text or list beyond what the machine can hold, or a stack beyond its depth.
  if (error instanceof RangeError) {
    return new PbError('template', `the template is too large or too deep: ${error.message}`, {
      at: start,
      details: { kind: 'limit', source: unit.source },
    });
  }
  const why = error instanceof Error ? error.message : String(error);
  return new PbError('template', `the template cannot be evaluated: ${why}`, {
    at: start,
    cause: error,
    details: { kind: 'runtime', source: unit.source },
  });
}
