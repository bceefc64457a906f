/** Shell patterns on names, as Python's fnmatch reads them: *, ?, [seq] and [!seq]. */

export function fnmatch(pattern: string): (name: string) => boolean {
  let source = '';
  for (let at = 0; at < pattern.length; at++) {
    const char = pattern.charAt(at);
    if (char === '*') source += '[^]*';
    else if (char === '?') source += '[^]';
    else if (char === '[') {
      const end = pattern.indexOf(']', at + (/^\[!?\]/.exec(pattern.slice(at))?.[0].length ?? 1));
      if (end < 0) source += '\\[';
      else {
        const inside = pattern
          .slice(at + 1, end)
          .replaceAll('\\', '\\\\')
          .replaceAll('[', '\\[')
          .replaceAll(']', '\\]');
        source += `[${inside.startsWith('!') ? `^${inside.slice(1)}` : inside.replace(/^\^/, '\\^')}]`;
        at = end;
      }
    } else source += char.replace(/[\\^$.*+?()[\]{}|/]/, '\\$&');
  }
  const regex = new RegExp(`^${source}$`);
  return (name) => regex.test(name);
}
