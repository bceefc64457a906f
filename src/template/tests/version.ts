/** `is version(...)`: Python's loose and strict versions, semantic versions and PEP 440. */
import { plugin } from '../eval/plugin.ts';
import { soft, text } from '../filters/args.ts';
import { compareVersions, type Scheme } from '../python/version.ts';
import { truth } from '../value/compare.ts';
import { fail } from '../value/undef.ts';

const SIGNS: { readonly [operator: string]: (way: number) => boolean } = {
  '==': (way) => way === 0,
  '=': (way) => way === 0,
  eq: (way) => way === 0,
  '!=': (way) => way !== 0,
  '<>': (way) => way !== 0,
  ne: (way) => way !== 0,
  '<': (way) => way < 0,
  lt: (way) => way < 0,
  '<=': (way) => way <= 0,
  le: (way) => way <= 0,
  '>': (way) => way > 0,
  gt: (way) => way > 0,
  '>=': (way) => way >= 0,
  ge: (way) => way >= 0,
};

const SCHEMES: { readonly [name: string]: Scheme } = {
  loose: 'loose',
  strict: 'strict',
  semver: 'semver',
  semantic: 'semver',
  pep440: 'pep440',
};

export const versionTests = [
  plugin(
    'version version_compare',
    "value, version, operator='eq', strict=None, version_type=None",
    (_, value, other, operator, strict, type) => {
      const holds = Object.hasOwn(SIGNS, text(operator)) ? SIGNS[text(operator)] : undefined;
      if (holds === undefined) return fail(`Invalid operator type (${text(operator)}). Must be one of ${Object.keys(SIGNS).join(', ')}`);
      if (strict !== null && type !== null) return fail("Cannot specify both 'strict' and 'version_type'");
      const name = type === null ? (strict !== null && truth(strict) ? 'strict' : 'loose') : text(type);
      const scheme = Object.hasOwn(SCHEMES, name) ? SCHEMES[name] : undefined;
      if (scheme === undefined) return fail(`Invalid version type (${name}). Must be one of ${Object.keys(SCHEMES).join(', ')}`);
      if (soft(value) === '') return fail('Input version value cannot be empty');
      if (soft(other) === '') return fail('Version parameter to compare against cannot be empty');
      return holds(compareVersions(soft(value), soft(other), scheme));
    },
  ),
];
