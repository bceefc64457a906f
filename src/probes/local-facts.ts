/** Facts that a host tells of itself: files DIRECTORY/NAME.fact with JSON or INI in them, or programs that print either. */
import { parseIni } from '../core/ini.ts';
import { defineProbe } from '../core/probe.ts';
import type { Json, JsonObject } from '../core/value.ts';

/** For each file: "file<tab>path", "code<tab>exit code" of a program, and its text as lines "text<tab>…". */
const SCRIPT = `[ -d "$1" ] || exit 0
for file in "$1"/*.fact; do
  [ -f "$file" ] || continue
  printf 'file\\t%s\\n' "$file"
  if [ -x "$file" ]; then said=$("$file" 2>/dev/null </dev/null); printf 'code\\t%s\\n' "$?"; else said=$(cat "$file"); fi
  printf '%s\\n' "$said" | while IFS= read -r line; do printf 'text\\t%s\\n' "$line"; done
done
exit 0`;

/** By name, as in `ansible_local`: what the file holds, or a sentence that says what is wrong with it, in Ansible's words. */
export const localFacts = defineProbe<string, JsonObject>({
  name: 'local-facts',
  argv: (directory) => ['sh', '-c', SCRIPT, 'sh', directory],
  parse(out) {
    if (out.code !== 0) throw new Error(`local facts: unrecognised answer (${out.code}): ${out.stderr.trim()}`);
    const facts: { [name: string]: Json } = {};
    for (const part of out.stdout.split(/^file\t/m).slice(1)) {
      const [path = '', ...lines] = part.split('\n');
      const of = (kind: string): readonly string[] =>
        lines.filter((line) => line.startsWith(`${kind}\t`)).map((line) => line.slice(kind.length + 1));
      const name = path.slice(path.lastIndexOf('/') + 1, -'.fact'.length);
      const [code = '0'] = of('code');
      facts[name] = code === '0' ? contentOf(of('text').join('\n'), path) : `Failure executing fact script (${path}), rc: ${code}, err: `;
    }
    return facts;
  },
});

function contentOf(text: string, path: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return sectionsOf(text, path);
  }
}

function sectionsOf(text: string, path: string): Json {
  try {
    const sections = parseIni(text, { name: path, folded: (key) => key.toLowerCase(), bare: false });
    return Object.fromEntries([...sections].map(([name, values]) => [name, Object.fromEntries(values)]));
  } catch {
    return `error loading facts as JSON or ini - please check content: ${path}`;
  }
}
