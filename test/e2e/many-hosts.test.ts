/** A run of many hosts has V8 look sooner for what is over; how much memory that spares is the bench's to tell (W3). */
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { folder, PROGRAM } from './pb.ts';

/** Tells every flag that is set while Node runs. Node itself complains on stderr of one that it does not know. */
const TELL = `import v8 from 'node:v8';
import { syncBuiltinESMExports } from 'node:module';
const set = v8.setFlagsFromString;
v8.setFlagsFromString = (flag) => { console.error('set ' + flag); set(flag); };
syncBuiltinESMExports();`;

test.each([
  [200, []],
  [300, ['set --heap-growing-percent=25']],
])('%d hosts', async (count, flags) => {
  const last = String(count).padStart(3, '0');
  const { path } = await folder({
    hosts: `host[001:${last}]\n`,
    'site.yml': '- hosts: all\n  gather_facts: false\n  tasks:\n    - debug: {msg: hello}\n',
  });
  const tell = ['--import', `data:text/javascript,${encodeURIComponent(TELL)}`];
  const { stderr } = await execa('node', [...tell, PROGRAM, 'run', '-i', 'hosts', 'site.yml'], {
    cwd: path,
    stdin: 'ignore',
    env: { HOME: path },
  });
  // Node 20 gets one more, whatever the number of hosts.
  expect(stderr.split('\n').filter((line) => line !== '' && !line.startsWith('set --interrupt-budget='))).toEqual(flags);
});
