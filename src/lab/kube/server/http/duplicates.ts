/** Fields that stand twice in a JSON text: JSON.parse keeps the last and says nothing. */

interface Level {
  readonly path: string;
  readonly seen: Set<string> | undefined;
  index: number;
}

/** Paths like `data.k`. The text must be valid JSON. */
export function duplicateFields(text: string): string[] {
  const found: string[] = [];
  const levels: Level[] = [];
  let key: string | undefined;
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"\s*:?|[[\]{},]/g)) {
    const level = levels.at(-1);
    if (token === '{' || token === '[') {
      const path = level ? childPath(level, key) : '';
      levels.push({ path, seen: token === '{' ? new Set() : undefined, index: 0 });
      key = undefined;
    } else if (token === '}' || token === ']') levels.pop();
    else if (token === ',') {
      if (level) level.index++;
      key = undefined;
    } else if (token.endsWith(':') && level?.seen) {
      key = String(JSON.parse(token.slice(0, -1).trim()));
      if (level.seen.has(key)) found.push(childPath(level, key));
      level.seen.add(key);
    }
  }
  return found;
}

const childPath = (level: Level, key: string | undefined): string => {
  if (!level.seen) return `${level.path}[${level.index}]`;
  return level.path ? `${level.path}.${key}` : (key ?? '');
};
