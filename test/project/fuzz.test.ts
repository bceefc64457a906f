/** No text whatever makes a loader throw: what is wrong becomes a diagnostic. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { contextOf } from '../../src/project/context.ts';
import { draft } from '../../src/project/inventory/draft.ts';
import { readIniInventory } from '../../src/project/inventory/ini.ts';
import { splitPattern } from '../../src/project/inventory/pattern.ts';
import { expandHosts } from '../../src/project/inventory/ranges.ts';
import { readYamlInventory } from '../../src/project/inventory/yaml.ts';
import { pythonLiteral } from '../../src/project/literal.ts';
import { problems as collect } from '../../src/project/problems.ts';
import { decrypt } from '../../src/project/vault/decrypt.ts';
import { argWords, shellWords } from '../../src/project/words.ts';
import { parseYaml } from '../../src/project/yaml/parse.ts';
import { toValue } from '../../src/project/yaml/value.ts';
import { engine } from './support.ts';

/** Text made of the pieces that matter to YAML, INI and templates. */
const pieces = fc.constantFrom(
  ...[
    'a',
    'hosts',
    ': ',
    ':\n',
    '- ',
    '\n',
    '  ',
    '\t',
    '{',
    '}',
    '[',
    ']',
    '{{',
    '}}',
    '{%',
    '"',
    "'",
    '&a ',
    '*a',
    '<<',
    '!vault ',
    '!unsafe ',
  ],
  ...[
    '|\n',
    '>\n',
    '#',
    '---\n',
    '[a]\n',
    '[a:vars]\n',
    '[a:children]\n',
    '[1:3]',
    '=',
    ',',
    '\\',
    '0644',
    '~',
    '\r\n',
    '\u0000',
    'é',
    '😀',
  ],
);
const text = fc.oneof(
  fc.array(pieces, { maxLength: 30 }).map((parts) => parts.join('')),
  fc.string(),
);

test('YAML, INI, words, literals, ranges, patterns and vaults', () => {
  fc.assert(
    fc.property(text, (source) => {
      const problems = collect();
      const context = contextOf(problems, { engine });
      const file = { file: 'f', path: '/f', text: source, secret: false };
      for (const node of parseYaml(file, problems)) toValue(context, node);
      readYamlInventory(context, draft(problems), file);
      readIniInventory(context, draft(problems), file);
      shellWords(source);
      argWords(source);
      pythonLiteral(source);
      expandHosts(source);
      splitPattern(source);
      decrypt(`$ANSIBLE_VAULT;1.1;AES256\n${source}`, [{ id: 'x', password: 'y' }]);
      for (const { at } of problems.list) expect(at === undefined || (at.line >= 1 && at.column >= 1)).toBe(true);
    }),
    { numRuns: 600 },
  );
});
