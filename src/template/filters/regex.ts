/** Ansible's regular expression filters. */

import { checkedText } from '../eval/operators.ts';
import { plugin } from '../eval/plugin.ts';
import { type Match, pattern, substitute } from '../python/regex.ts';
import { tuple, type V } from '../value/model.ts';
import { fail } from '../value/undef.ts';
import { flag, rest, soft, text, whole } from './args.ts';

/** What `re.findall` gives for one match: the group, the groups, or all of it. */
function found(match: Match): V {
  const groups = match.groups.slice(1).map((group) => group ?? '');
  if (groups.length === 0) return match.groups[0] ?? '';
  return groups.length === 1 ? (groups[0] ?? '') : tuple(groups);
}

/** `\1`, `\g<name>`: which group of the match. */
function groupOf(match: Match, reference: V): V {
  const name = /^\\(?:g<(\w+)>|(\d+))$/.exec(text(reference));
  const key = name?.[1] ?? name?.[2] ?? fail('Unknown argument');
  if (/^\d+$/.test(key)) {
    if (Number(key) >= match.groups.length) return fail('no such group');
    return match.groups[Number(key)] ?? null;
  }
  return Object.hasOwn(match.named, key) ? (match.named[key] ?? null) : fail('no such group');
}

const POSIX_BASIC = /[[\].^$*\\]/g;

export const regexFilters = [
  plugin(
    'regex_replace',
    "value, pattern='', replacement='', ignorecase=False, multiline=False, count=0, mandatory_count=0",
    (f, value, source, replacement, ignoreCase, multiline, count, mandatory) => {
      const options = { ignoreCase: flag(ignoreCase), multiline: flag(multiline) };
      const made = substitute(pattern(text(source), options), soft(value), text(replacement), whole(count));
      if (made.count < whole(mandatory))
        return fail(`'${text(source)}' should match ${whole(mandatory)} times, but matches ${made.count} times in '${soft(value)}'`);
      checkedText(f, made.text.length);
      return made.text;
    },
  ),
  plugin('regex_search', 'value, regex, *groups, **options', (_, value, regex, groups, options) => {
    const given = options !== null && typeof options === 'object' && 'get' in options ? options : undefined;
    const match = pattern(text(regex), {
      ignoreCase: flag(given?.get('ignorecase') ?? false),
      multiline: flag(given?.get('multiline') ?? false),
    }).search(soft(value));
    const wanted = rest(groups);
    if (!match) return null;
    if (wanted.length === 0) return match.groups[0] ?? '';
    return wanted.map((reference) => groupOf(match, reference));
  }),
  plugin('regex_findall', 'value, regex, multiline=False, ignorecase=False', (_, value, regex, multiline, ignoreCase) =>
    pattern(text(regex), { ignoreCase: flag(ignoreCase), multiline: flag(multiline) })
      .all(soft(value))
      .map(found),
  ),
  plugin('regex_escape', "value, re_type='python'", (_, value, type) => {
    if (type === 'python') return soft(value).replace(/[()[\]{}?*+\-|^$\\.&~# \t\n\r\v\f]/g, '\\$&');
    return type === 'posix_basic' ? soft(value).replace(POSIX_BASIC, '\\$&') : fail(`Invalid regex type (${soft(type)})`);
  }),
];
