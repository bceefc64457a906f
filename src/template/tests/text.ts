/** Tests on text: patterns, URLs, vaulted text. */
import { plugin } from '../eval/plugin.ts';
import { flag, soft, text } from '../filters/args.ts';
import { pattern } from '../python/regex.ts';
import type { V } from '../value/model.ts';

const options = (ignoreCase: V, multiline: V) => ({ ignoreCase: flag(ignoreCase), multiline: flag(multiline) });

const URL = /^([a-z][a-z0-9+.-]*):(?:\/\/([^/?#\s]*))?([^\s]*)$/i;

/** The scheme, when the text is a URI of one of `schemes` (any when empty). */
function scheme(value: string, schemes: V): string | undefined {
  const found = URL.exec(value)?.[1];
  if (found === undefined) return undefined;
  const wanted = Array.isArray(schemes) ? schemes.map(soft) : [];
  return wanted.length === 0 || wanted.includes(found) ? found : undefined;
}

const uri = (value: string, schemes: V): boolean =>
  scheme(value, schemes) !== undefined && (URL.exec(value)?.[3] ?? '') + (URL.exec(value)?.[2] ?? '') !== '';
const url = (value: string, schemes: V): boolean => uri(value, schemes) && /^[a-z][a-z0-9+.-]*:\/\//i.test(value);

const LABEL = '(?!-)[a-zA-Z0-9_-]{1,63}(?<!-)';

export const textTests = [
  plugin(
    'match',
    'value, pattern, ignorecase=False, multiline=False',
    (_, value, source, i, m) => pattern(text(source), options(i, m)).match(soft(value)) !== undefined,
  ),
  plugin(
    'search',
    'value, pattern, ignorecase=False, multiline=False',
    (_, value, source, i, m) => pattern(text(source), options(i, m)).search(soft(value)) !== undefined,
  ),
  plugin('regex', "value, pattern='', ignorecase=False, multiline=False, match_type='search'", (_, value, source, i, m, type) => {
    const made = pattern(text(source), options(i, m));
    const found = type === 'match' ? made.match(soft(value)) : type === 'fullmatch' ? made.full(soft(value)) : made.search(soft(value));
    return found !== undefined;
  }),
  plugin(
    'uri',
    'value, schemes=None',
    (_, value, schemes) => typeof value === 'string' && (schemes === null || scheme(value, schemes) !== undefined),
  ),
  plugin('url', 'value, schemes=None', (_, value, schemes) => typeof value === 'string' && url(value, schemes)),
  plugin('urn', 'value', (_, value) => typeof value === 'string' && /^urn:[a-z0-9][a-z0-9-]{0,31}:./i.test(value)),
  plugin('vault_encrypted', 'value', (_, value) => typeof value === 'string' && value.startsWith('$ANSIBLE_VAULT;')),
  plugin('fqdn_valid', 'value, min_labels=1, allow_underscores=False', (_, value, least, underscores) => {
    const name = soft(value).replace(/\.$/, '');
    const labels = name.split('.');
    const allowed = flag(underscores) || !name.includes('_');
    return allowed && name.length <= 253 && labels.length >= Number(least) && labels.every((label) => new RegExp(`^${LABEL}$`).test(label));
  }),
];
