/** What of an object an expression looks at, for whoever waits for it: "phase=Pending (want Bound)". */
import type { KubeObject } from '../../core/kube.ts';
import { isObject, type Json, type JsonObject } from '../../core/value.ts';
import { type Condition, shownConditions } from './conditions.ts';

/** status.phase, object.metadata.name, metadata.labels['a/b'] */
const PATH = /(?<![\w.'"])(?:object|metadata|spec|status)(?:\.[A-Za-z_]\w*|\[(?:'[^']*'|"[^"]*"|\d+)\])*/g;
const LITERAL = /^\s*==\s*('[^']*'|"[^"]*"|[\d.]+|true|false)/i;
/** selectattr('type', 'eq', 'Available'): of all conditions an expression often wants a few. */
const NAMED = /selectattr\(\s*(['"])type\1\s*,\s*(['"])(?:eq|equalto|==)\2\s*,\s*(['"])(\w+)\3\s*\)/g;
const LONGEST = 160;

export function shownPaths(source: string, object: KubeObject): string {
  const named = new Set([...source.matchAll(NAMED)].map((match) => match[4]));
  const shown = [...source.matchAll(PATH)].map(({ 0: path, index }) => {
    const value = lookUp(path, object);
    const wanted = LITERAL.exec(source.slice(index + path.length))?.[1]?.replace(/^['"]|['"]$/g, '');
    const found = text(value, named);
    const want = wanted === undefined || wanted === found ? '' : ` (want ${wanted})`;
    return `${nameOf(path)}=${found}${want}`;
  });
  return [...new Set(shown)].join(', ');
}

/** "status.phase" is known by its last part; the whole path where that is no name. */
const nameOf = (path: string): string => /\.([A-Za-z_]\w*)$/.exec(path)?.[1] ?? path;

function lookUp(path: string, object: KubeObject): Json | undefined {
  const parts = [...path.matchAll(/\.?([A-Za-z_]\w*)|\[(?:'([^']*)'|"([^"]*)"|(\d+))\]/g)].map((part) =>
    part.slice(1).find((text) => text !== undefined),
  );
  const [first, ...rest] = parts as string[];
  const start: Json | undefined = first === 'object' ? object : object[first ?? ''];
  return rest.reduce<Json | undefined>((value, part) => {
    if (Array.isArray(value)) return (value as readonly Json[])[Number(part)];
    return isObject(value) ? (value as JsonObject)[part] : undefined;
  }, start);
}

function text(value: Json | undefined, named: ReadonlySet<string | undefined>): string {
  if (value === undefined || value === null) return 'not set';
  if (typeof value !== 'object') return String(value) || '""';
  if (Array.isArray(value) && value.length > 0 && value.every(isCondition)) {
    const conditions = value as unknown as Condition[];
    return `[${shownConditions(named.size > 0 ? conditions.filter(({ type }) => named.has(type)) : conditions)}]`;
  }
  const json = JSON.stringify(value);
  return json.length > LONGEST ? `${json.slice(0, LONGEST)}…` : json;
}

const isCondition = (item: Json): boolean => isObject(item) && typeof item['type'] === 'string' && typeof item['status'] === 'string';
