/** What a project is made of, for rules that look at more than one loaded plan: files read, templates compiled, text around. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Span } from '../../core/diagnostic.ts';
import type { SourceFile } from '../../project/disk.ts';
import { type PositionMap, spanIn, type TemplateEngine } from '../../template/index.ts';
import type { Reference } from '../../template/references.ts';
import { references } from '../../template/references.ts';

/** A template or condition of the project, and where an offset of it stands. */
export interface Compiled {
  readonly source: string;
  readonly kind: 'template' | 'expression' | 'file';
  readonly at?: Span;
  place(offset: number): Span;
}

export interface Seen {
  /** By the path shown in messages. */
  readonly sources: Map<string, SourceFile>;
  readonly compiled: Compiled[];
}

/** The engine, telling what it is given to compile. */
export function watched(engine: TemplateEngine, seen: Seen): TemplateEngine {
  const note = (kind: 'template' | 'expression', source: string, about: { at: Span; map: PositionMap | undefined }): void => {
    const { at, map } = about;
    seen.compiled.push({ source, kind, at, place: map ?? ((offset) => spanIn(source, at, offset)) });
  };
  return {
    ...engine,
    template(source, at, map) {
      const made = engine.template(source, at, map);
      note('template', source, { at, map });
      return made;
    },
    expression(source, at, map) {
      const made = engine.expression(source, at, map);
      note('expression', source, { at, map });
      return made;
    },
  };
}

export const wordsOf = (text: string): Iterable<string> => text.match(/[A-Za-z_]\w*/g) ?? [];

export const needs = ({ source, kind }: Compiled): readonly Reference[] => references(source, kind);

/** Larger or more than these are data: nobody's variables are used there. */
const LARGEST = 1024 * 1024;
const MOST = 5000;
const SKIPPED = ['.git', 'node_modules'];
const TEXTS = /\.(?:ya?ml|j2|json|ini|cfg|conf|sh|py|tpl|template|txt)$/;

export interface TextFile {
  readonly path: string;
  readonly text: string;
}

/** The project's other text files, below these folders. */
export async function textsBelow(folders: readonly string[], seen: Seen): Promise<readonly TextFile[]> {
  const loaded = new Set([...seen.sources.values()].map((source) => source.path));
  const found = new Map<string, TextFile>();
  const visit = async (folder: string): Promise<void> => {
    for (const entry of await readdir(folder, { withFileTypes: true }).catch(() => [])) {
      if (found.size >= MOST || SKIPPED.includes(entry.name)) continue;
      const path = join(folder, entry.name);
      if (entry.isDirectory()) await visit(path);
      else if (entry.isFile() && TEXTS.test(entry.name) && !loaded.has(path) && !found.has(path)) {
        const size = (await stat(path).catch(() => undefined))?.size ?? LARGEST;
        const text = size < LARGEST ? await readFile(path, 'utf8').catch(() => '') : '';
        found.set(path, { path, text });
      }
    }
  };
  for (const folder of new Set(folders.map((name) => resolve(name)))) await visit(folder);
  return [...found.values()];
}
