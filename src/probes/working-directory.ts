/** The directory that a relative path on the host starts from. */
import { defineProbe } from '../core/probe.ts';
import { unreadable } from './files-answer.ts';

export const workingDirectory = defineProbe<null, string>({
  name: 'working-directory',
  argv: () => ['sh', '-c', 'pwd'],
  parse(out) {
    const directory = out.stdout.replace(/\n$/, '');
    if (out.code === 0 && directory.startsWith('/')) return directory;
    throw unreadable('the working directory', '.', out);
  },
});
