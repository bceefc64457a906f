/** All filters by name. */
import { table } from '../eval/plugin.ts';
import { addressFilters } from './addresses.ts';
import { basics } from './basics.ts';
import { dictFilters } from './dicts.ts';
import { generalFilters } from './general.ts';
import { hashFilters } from './hash.ts';
import { jsonFilters } from './json.ts';
import { keyFilters } from './keys.ts';
import { miscFilters } from './misc.ts';
import { pathFilters } from './paths.ts';
import { randomFilters } from './random.ts';
import { regexFilters } from './regex.ts';
import { sequenceFilters } from './sequences.ts';
import { setFilters } from './sets.ts';
import { tableFilters } from './tables.ts';
import { textFilters } from './text.ts';
import { vaultFilters } from './vault.ts';
import { yamlFilters } from './yaml.ts';

export const filters = table(
  basics,
  textFilters,
  sequenceFilters,
  setFilters,
  dictFilters,
  pathFilters,
  regexFilters,
  jsonFilters,
  yamlFilters,
  hashFilters,
  randomFilters,
  vaultFilters,
  miscFilters,
  generalFilters,
  keyFilters,
  tableFilters,
  addressFilters,
);
