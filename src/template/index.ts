/** The expression language of playbooks: templates in YAML values, bare expressions, template files. */
import type { Span } from '../core/diagnostic.ts';
import type { Expression, Resolved, Scope, Template } from '../core/value.ts';
import type { Limits } from './eval/services.ts';
import type { LookupRegistry } from './lookups/registry.ts';
import { createServices } from './services.ts';
import { type Compiled, type FileOptions, fileTemplate, type PositionMap, YamlExpression, YamlTemplate } from './templates.ts';

export { spanIn } from './eval/run.ts';
export type { Limits } from './eval/services.ts';
export type { Lookup, LookupCall, LookupRegistry } from './lookups/registry.ts';
export { lookupNames } from './lookups/registry.ts';
export { Random } from './python/random.ts';
export type { FileOptions, PositionMap } from './templates.ts';

/** A template file, parsed. */
export interface FileTemplate {
  /** As `lookup('template')` gives it: text, or the value itself where the file is a single expression. */
  render(scope: Scope): Resolved;
  /** As the module `template` writes it: always text, newline at the end kept. */
  text(scope: Scope): Resolved;
}

/** A file named by include, import or extends. */
export interface LoadedFile {
  readonly text: string;
  readonly file: string;
}

export interface EngineOptions {
  /** Lookups beyond those that only look at their arguments; results are data for ever. */
  readonly lookups?: LookupRegistry;
  /** Finds a template named by another one, `from` being the file that names it; undefined: there is none. */
  readonly loadFile?: (name: string, from: string, scope: Scope) => LoadedFile | undefined;
  readonly limits?: Partial<Limits>;
  /** ms since the epoch. */
  readonly now?: () => number;
  /** From 0 up to 1, for `random` and `shuffle` without a seed. */
  readonly random?: () => number;
}

/**
 * Lookup answers are kept per Scope object: after PendingLookup evaluate again with the very same scope, or it is asked again and again.
 */
export interface TemplateEngine {
  /** Text of a YAML value; throws PbError 'template' on a syntax error. `map` tells where an offset stands in the file. */
  template(source: string, at: Span, map?: PositionMap): Template;
  /** Whether text would be a template at all. */
  hasTemplate(source: string): boolean;
  /** `when`, `until`, `assert.that`: an expression; `{{ }}` round the whole is accepted. Throws PbError 'template'. */
  expression(source: string, at: Span, map?: PositionMap): Expression;
  /** A template file; `settings` are those of a #jinja2: header. Throws PbError 'template'. */
  file(text: string, options: FileOptions): FileTemplate;
}

export const hasTemplate = (source: string): boolean =>
  source.includes('{') && (source.includes('{{') || source.includes('{%') || source.includes('{#'));

export function createEngine(options: EngineOptions = {}): TemplateEngine {
  const cache = new Map<string, Compiled>();
  const services = createServices(options, cache);
  return {
    hasTemplate,
    template: (source, at, map) => new YamlTemplate({ services, cache, source, at, map }),
    expression: (source, at, map) => new YamlExpression({ services, cache, source, at, map }),
    file: (text, options) => fileTemplate(services, cache, { text, ...options }),
  };
}
