/** Every module, by name. A test holds this list against the files beside it. */
import type { AnyModule } from '../core/module.ts';

export const modules: readonly AnyModule[] = [];
