/** vars_files whose names depend on a host: looked up when the play begins, and again once facts are there. */
import { PbError } from '../core/diagnostic.ts';
import type { HostVarsFile } from '../core/plan.ts';
import type { Layer } from '../core/precedence.ts';
import { resolve } from '../core/resolve.ts';
import { type TaskId, Unknown } from '../core/value.ts';
import { resultOfError } from './failure.ts';
import type { HostState } from './host-state.ts';
import type { BatchContext } from './run-context.ts';

/** `facts`: they are there now, so a name that still cannot be told is the host's failure. */
export async function readVarsFiles(hosts: readonly HostState[], batch: BatchContext, facts: boolean): Promise<void> {
  const entries = batch.play.varsFiles ?? [];
  if (entries.length === 0) return;
  for (const state of hosts) {
    if (state.standing !== 'in') continue;
    state.varsFiles = [];
    try {
      for (const entry of entries) {
        const layer = await read(entry, state, batch, facts);
        if (layer) state.varsFiles = [...state.varsFiles, layer];
      }
    } catch (error) {
      lost(error, state, batch);
    }
  }
}

async function read(entry: HostVarsFile, state: HostState, batch: BatchContext, facts: boolean): Promise<Layer | undefined> {
  const scope = batch.scopes.of(state, batch.view);
  const files = batch.ports.files(scope, undefined, entry.at.file);
  const missing: PbError[] = [];
  for (const given of entry.names) {
    const name = await resolve(given, scope).catch((error: unknown) => {
      if (error instanceof PbError && !facts) return undefined;
      throw error;
    });
    if (name === undefined) return undefined;
    if (name instanceof Unknown) throw new PbError('args', `the name in vars_files is known only after ${name.until}`, { at: entry.at });
    try {
      const file = await files.find('vars', String(name));
      return { precedence: 'vars_files', vars: (await files.vars?.(file)) ?? {}, origin: file };
    } catch (error) {
      if (!(error instanceof PbError)) throw error;
      if (error.at) throw error;
      missing.push(error);
    }
  }
  // Without facts another name of the list may yet come first.
  if (!facts && batch.play.gather) return undefined;
  const [first] = missing;
  const more = missing.length > 1 ? ` (and none of the ${missing.length - 1} others)` : '';
  throw new PbError('args', `vars_files: ${first?.message ?? 'no file'}${more}`, { at: entry.at, hint: first?.hint });
}

function lost(error: unknown, state: HostState, batch: BatchContext): void {
  const task = `${batch.play.id}/vars_files` as TaskId;
  const { name } = state.host;
  const head = { id: task, name: 'Variables files', module: 'vars_files', at: batch.play.at, handler: false };
  state.standing = 'failed';
  state.count('failed');
  batch.emit({ type: 'task.start', task: head, hosts: [name] });
  batch.emit({ type: 'host.end', where: { task, host: name }, module: 'vars_files', result: resultOfError(error) });
  batch.emit({ type: 'task.end', task, hosts: [name] });
}
