/** Which reporter a run gets. */
import type { Reporter } from '../core/event.ts';
import { JsonReporter } from './json.ts';
import { type LineOptions, LineReporter } from './lines.ts';

export type OutputForm = 'auto' | 'lines' | 'json';

/** auto: live on a terminal, plain lines elsewhere. listr2 is loaded only where it draws. */
export async function reporterFor(form: OutputForm, options: LineOptions & { readonly isTerminal: boolean }): Promise<Reporter> {
  if (form === 'json') return new JsonReporter(options.write);
  if (form === 'lines' || !options.isTerminal) return new LineReporter(options);
  const { TtyReporter } = await import('./tty.ts');
  return new TtyReporter(options);
}
