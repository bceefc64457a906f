/** All filters by name. */
import { table } from '../eval/plugin.ts';
import { basics } from './basics.ts';
import { dictFilters } from './dicts.ts';
import { jsonFilters } from './json.ts';
import { pathFilters } from './paths.ts';
import { regexFilters } from './regex.ts';
import { sequenceFilters } from './sequences.ts';
import { setFilters } from './sets.ts';
import { textFilters } from './text.ts';

export const filters = table(basics, textFilters, sequenceFilters, setFilters, dictFilters, pathFilters, regexFilters, jsonFilters);
