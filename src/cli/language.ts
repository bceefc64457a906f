/** The expression language with the lookups that do IO. */
import { readFileSync } from 'node:fs';
import type { Scope } from '../core/value.ts';
import type { VaultPassword } from '../project/index.ts';
import { createEngine, type TemplateEngine } from '../template/index.ts';
import { candidates, type RenderFile } from './files.ts';
import { ioLookups } from './lookups/index.ts';
import { type Opened, openedWith } from './opened.ts';

export interface Language {
  readonly engine: TemplateEngine;
  /** As the module `template` writes files. */
  readonly render: RenderFile;
  readonly opened: Opened;
}

export function languageWith(onSecret: (value: string) => void, vault: readonly VaultPassword[] = []): Language {
  const opened = openedWith(vault, onSecret);
  const lookupRender: RenderFile = (text, from, scope) => engine.file(text, from).render(scope);
  const engine = createEngine({ lookups: ioLookups({ render: lookupRender, opened, onSecret }), loadFile: loading(opened) });
  return { engine, opened, render: (text, from, scope) => engine.file(text, from).text(scope) };
}

/** Files named by include, import and extends inside templates. */
const loading =
  (opened: Opened) =>
  (name: string, from: string, scope: Scope): { text: string; file: string } | undefined => {
    const rolePath = scope.get('role_path');
    const role = typeof rolePath === 'string' ? { name: '', path: rolePath } : undefined;
    const playbookDir = scope.get('playbook_dir');
    const place = { playbookDir: typeof playbookDir === 'string' ? playbookDir : process.cwd(), role, taskFile: from };
    for (const file of candidates('templates', name, place)) {
      try {
        return { text: opened(readFileSync(file), file).toString(), file };
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      }
    }
    return undefined;
  };
