/** What every loader needs: where to report, how to make templates, which passwords there are. */
import type { Layer } from '../core/precedence.ts';
import type { TemplateEngine } from '../template/index.ts';
import type { SourceFile } from './disk.ts';
import type { ListNodes } from './inventory/nodes.ts';
import type { Problems } from './problems.ts';
import type { VaultPassword } from './vault/decrypt.ts';

export interface Context {
  readonly problems: Problems;
  readonly engine: TemplateEngine;
  readonly vault: readonly VaultPassword[];
  /** File names in spans are shown relative to it. */
  readonly cwd: string;
  /** Told every secret that was decrypted or typed in, so that no output shows it. */
  readonly onSecret: (value: string) => void;
  /** `groups` and `playbook_dir`: known before any host is. */
  readonly magic?: Layer;
  /** -e, where an inventory asks for them. */
  readonly extraVars?: Layer;
  /** Missing where no cluster may be asked. */
  readonly nodes?: ListNodes;
  /** Told every file that is read, decrypted. */
  readonly onSource?: (source: SourceFile) => void;
}

export interface LoadOptions {
  readonly engine: TemplateEngine;
  readonly vault?: readonly VaultPassword[];
  readonly cwd?: string;
  readonly onSecret?: (value: string) => void;
  readonly nodes?: ListNodes;
  readonly onSource?: (source: SourceFile) => void;
}

export const contextOf = (problems: Problems, options: LoadOptions): Context => ({
  problems,
  engine: options.engine,
  vault: options.vault ?? [],
  cwd: options.cwd ?? process.cwd(),
  onSecret: options.onSecret ?? (() => {}),
  ...(options.nodes ? { nodes: options.nodes } : {}),
  ...(options.onSource ? { onSource: options.onSource } : {}),
});
