/** What evaluations of one engine share. */

import { globalValue } from './eval/globals.ts';
import type { Services } from './eval/services.ts';
import type { EngineOptions } from './index.ts';
import { createLookups } from './lookups/registry.ts';
import { applyFilter, applyTest } from './registry.ts';
import { FILE_SYNTAX } from './syntax/tokens.ts';
import { type Cache, loadPage } from './templates.ts';

export function createServices(options: EngineOptions, cache: Cache): Services {
  const { loadFile, now = Date.now, random = Math.random } = options;
  return {
    limits: { steps: options.limits?.steps ?? 1_000_000, depth: options.limits?.depth ?? 120 },
    now,
    random,
    global: globalValue,
    applyFilter,
    applyTest,
    lookup: createLookups(options.lookups ?? {}),
    load(name, from, scope) {
      const found = loadFile?.(name, from.span(0).file, scope);
      if (!found) return undefined;
      const { compiled, unit } = loadPage(cache, found.text, { file: found.file, syntax: from.syntax ?? FILE_SYNTAX });
      return { page: compiled.page(), unit };
    },
  };
}
