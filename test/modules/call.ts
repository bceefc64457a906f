/** One call of a module through the engine's own task loop, in check or apply mode. */
import type { Change } from '../../src/core/change.ts';
import type { Mode } from '../../src/core/engine.ts';
import type { TaskResult } from '../../src/core/event.ts';
import type { AnyModule, Controller, Files } from '../../src/core/module.ts';
import type { HostName, JsonObject, TaskId } from '../../src/core/value.ts';
import { Overlay } from '../../src/engine/overlay.ts';
import { type Line, runCall } from '../../src/engine/task.ts';

export interface Called {
  readonly result: TaskResult;
  /** The change as announced before it would run or ran. */
  readonly change: Change | undefined;
}

const host = 'n1' as HostName;

export interface Io {
  readonly line: Line;
  readonly mode: Mode;
  readonly files: Files;
  /** The engine's clock, ms; the real one when left out. */
  now?(): number;
}

export async function call(module: AnyModule, args: JsonObject, io: Io): Promise<Called> {
  const began = Date.now();
  const controller: Controller = { host, files: io.files, now: () => Date.now(), elapsed: () => Date.now() - began };
  const never = new AbortController().signal;
  let change: Change | undefined;
  const { result } = await runCall(
    { id: 'laws/1' as TaskId, module, args, line: io.line, controller, timeoutMs: 80_000, environment: {} },
    {
      mode: io.mode,
      overlay: new Overlay(),
      clock: { now: io.now ?? (() => Date.now()), sleep: (ms) => new Promise((done) => setTimeout(done, Math.min(ms, 20))) },
      stop: never,
      kill: never,
      events: {
        secret: () => undefined,
        pending: () => undefined,
        change: (announced) => {
          change = announced;
        },
        stepStart: () => undefined,
        stepEnd: () => undefined,
      },
    },
  );
  return { result, change };
}

/** No files on the controller: for calls whose state is given. */
export const noFiles: Files = {
  find: (_, name) => Promise.reject(new Error(`${name} was looked for`)),
  read: (path) => Promise.reject(new Error(`${path} was read`)),
  stat: () => Promise.resolve(undefined),
  list: () => Promise.resolve([]),
  render: (path) => Promise.reject(new Error(`${path} was rendered`)),
};
