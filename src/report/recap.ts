/** The last table: every host, what it came to, in the words of ansible-playbook's recap. */
import type { HostStats } from '../core/event.ts';
import type { Style } from './style.ts';

export function recap(stats: { readonly [host: string]: HostStats }, check: boolean, style: Style): string {
  const width = Math.max(...Object.keys(stats).map((host) => host.length), 8);
  const lines = Object.entries(stats)
    .sort(([a], [b]) => a.localeCompare(b, 'en', { numeric: true }))
    .map(([host, own]) => {
      const cells: readonly (readonly [string, number, (text: string) => string])[] = [
        ['ok', own.ok, style.green],
        ['changed', own.changed, style.yellow],
        ['unreachable', own.unreachable, style.red],
        ['failed', own.failed, style.red],
        ['skipped', own.skipped, style.cyan],
        ['rescued', own.rescued, style.cyan],
        ['ignored', own.ignored, style.cyan],
        ...(check ? ([['unknown', own.unknown, style.magenta]] as const) : []),
      ];
      const bad = own.failed + own.unreachable > 0;
      const name = bad ? style.red(host.padEnd(width)) : host.padEnd(width);
      return `${name} : ${cells.map(([word, count, colour]) => (count > 0 ? colour(`${word}=${count}`.padEnd(word.length + 5)) : `${word}=${count}`.padEnd(word.length + 5))).join('')}`.trimEnd();
    });
  return `${style.bold('PLAY RECAP')}${check ? style.magenta(' (check: nothing was changed)') : ''}\n${lines.join('\n')}\n`;
}
