/** Who may import whom, where each package lives, and how large a file may grow: read from the sources, not from good intentions. */
import { readdirSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { describe, expect, test } from 'vitest';

/** Folder of src/ → folders it may import besides itself. A file directly in src/ stands under its own name. */
const LAYERS: { readonly [layer: string]: readonly string[] } = {
  'main.ts': ['cli'],
  core: [],
  template: ['core'],
  project: ['core', 'template'],
  plan: ['core', 'project'],
  probes: ['core'],
  modules: ['core', 'probes'],
  engine: ['core'],
  transports: ['core'],
  report: ['core'],
  lab: ['core'],
  cli: ['core', 'template', 'project', 'plan', 'probes', 'modules', 'engine', 'transports', 'report', 'lab'],
};

/** Third-party package → the files or folders of src/ that may import it. */
const HOMES: { readonly [name: string]: readonly string[] } = {
  '@kubernetes/client-node': ['transports/kube', 'lab/kube'],
  '@marcbachmann/cel-js': ['lab/kube'],
  '@peculiar/asn1-schema': ['lab/kube'],
  '@peculiar/asn1-x509': ['lab/kube'],
  ajv: ['plan'],
  aws4fetch: ['transports/s3'],
  // The filter password_hash makes hashes as text; htpasswd has to try passwords against them too.
  bcryptjs: ['template/python', 'modules/passwords/bcrypt.ts'],
  commander: ['cli'],
  diff: ['report'],
  execa: ['project', 'cli'],
  'fast-json-patch': ['lab/kube'],
  'fast-xml-parser': ['transports/s3'],
  'ipaddr.js': ['template'],
  jmespath: ['template'],
  'just-bash': ['lab/hosts'],
  listr2: ['report'],
  picocolors: ['report/style.ts'],
  'ssh-config': ['transports/ssh'],
  ssh2: ['transports/ssh', 'lab/hosts'],
  tinyglobby: ['cli'],
  typebox: ['modules/define.ts'],
  ws: ['lab/kube'],
  // template has from_yaml, project reads it, report shows diffs in it, modules/kube and lab/kube take manifests as text, image_mirror writes some, cli prints it.
  yaml: ['template/python/yaml-load.ts', 'project', 'report', 'modules/kube', 'modules/image_mirror.ts', 'lab/kube', 'cli'],
};

const MOST_LINES = 350;

const root = join(import.meta.dirname, '..');
const src = join(root, 'src');

interface Import {
  /** Relative to src/. */
  readonly file: string;
  readonly specifier: string;
}

function sources(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => join(entry.parentPath, entry.name));
}

/** Without comments and with strings kept: `import … from 'x'`, `export … from 'x'`, `import 'x'` and `import('x')`. */
function importsOf(text: string): readonly string[] {
  const code = text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');
  const found = code.matchAll(/^\s*(?:import|export)\s[^'";]*?from\s*'([^']+)'|^\s*import\s*'([^']+)'|\bimport\(\s*'([^']+)'\s*\)/gm);
  return [...found].map((match) => match[1] ?? match[2] ?? match[3] ?? '');
}

const files = sources(src);
const imports: readonly Import[] = files.flatMap((file) =>
  importsOf(readFileSync(file, 'utf8')).map((specifier) => ({ file: relative(src, file), specifier })),
);
const layerOf = (path: string): string => path.split('/')[0] ?? path;
const packageOf = (specifier: string): string =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
const isBuiltin = (specifier: string): boolean => specifier.startsWith('node:') || builtinModules.includes(specifier);

describe('imports', () => {
  test('the parser sees every form', () => {
    const text = [
      `import { a,\n  b } from './a.ts';`,
      `import type { C } from '../c.ts';`,
      `export * from './d.ts';`,
      `import './e.ts';`,
      `const f = await import('./f.ts');`,
      `// import g from './g.ts';`,
      `/* import h from './h.ts'; */`,
    ];
    expect(importsOf(text.join('\n'))).toEqual(['./a.ts', '../c.ts', './d.ts', './e.ts', './f.ts']);
  });

  test('every layer imports only what the table allows', () => {
    const wrong = imports.flatMap(({ file, specifier }) => {
      if (!specifier.startsWith('.')) return [];
      const target = relative(src, join(src, dirname(file), specifier));
      const [from, to] = [layerOf(file), layerOf(target)];
      return from === to || LAYERS[from]?.includes(to) ? [] : [`${file} imports ${target}`];
    });
    expect(wrong).toEqual([]);
  });

  test('every folder of src has a row in the table', () => {
    expect([...new Set(files.map((file) => layerOf(relative(src, file))))].filter((layer) => !(layer in LAYERS))).toEqual([]);
  });

  test('every package is imported only at home', () => {
    const wrong = imports.flatMap(({ file, specifier }) => {
      if (specifier.startsWith('.') || isBuiltin(specifier)) return [];
      const homes = HOMES[packageOf(specifier)] ?? [];
      return homes.some((home) => file === home || file.startsWith(`${home}/`)) ? [] : [`${file} imports ${specifier}`];
    });
    expect(wrong).toEqual([]);
  });

  test('every dependency has a home, and what is imported is declared', () => {
    const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { dependencies: { [name: string]: string } };
    expect(Object.keys(dependencies).filter((name) => !(name in HOMES))).toEqual([]);
    const imported = imports
      .filter(({ specifier }) => !specifier.startsWith('.') && !isBuiltin(specifier))
      .map(({ specifier }) => packageOf(specifier));
    expect([...new Set(imported)].filter((name) => !(name in dependencies))).toEqual([]);
  });
});

describe('files', () => {
  const linesOf = (file: string): number => readFileSync(file, 'utf8').split('\n').length - 1;

  test(`none in src is longer than ${MOST_LINES} lines`, () => {
    expect(files.filter((file) => linesOf(file) > MOST_LINES).map((file) => `${relative(root, file)}: ${linesOf(file)}`)).toEqual([]);
  });

  test.each([
    ['as any', /\bas any\b|: any\b|<any>/],
    ['work left for later', /\b(TODO|FIXME|XXX)\b/],
  ])('none holds %s', (_, pattern) => {
    const code = (file: string): string =>
      readFileSync(file, 'utf8').replace(/\/\*[\s\S]*?\*\/|\/\/.*$|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`/gm, (text) =>
        /TODO|FIXME|XXX/.test(text) ? text : '',
      );
    expect(files.filter((file) => pattern.test(code(file))).map((file) => relative(root, file))).toEqual([]);
  });
});
