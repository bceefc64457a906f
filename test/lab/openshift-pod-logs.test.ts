import { expect, it } from 'vitest';
import { podLogs } from '../../src/lab/openshift/pod-logs.ts';

const of = { namespace: 'n', pod: 'p', container: 'c' };
const says = (log: string) => ({ 'n/p/c': { log, exec: [] } });

it('dates each line by when it was first told, and goes on until the container ends', async () => {
  let seconds = 0;
  const logs = podLogs(() => new Date(1000 * ++seconds));
  expect(logs.read(of)).toBeUndefined();
  logs.tell(says('one\n'));
  logs.tell(says('one\ntwo\n'));
  logs.tell(says('one\ntwo\n'));
  const read = logs.read(of);
  expect(read?.lines.map(({ at, text }) => `${at.getTime()} ${text}`)).toEqual(['1000 one\n', '2000 two\n']);
  const more: string[] = [];
  const following = (async () => {
    for await (const { text } of read?.more(new AbortController().signal) ?? []) more.push(text);
  })();
  logs.tell(says('one\ntwo\nthree\n'));
  logs.tell({});
  await following;
  expect(more).toEqual(['three\n']);
  expect(logs.read(of)).toBeUndefined();
});

it('stops when the reader goes', async () => {
  const logs = podLogs();
  logs.tell(says(''));
  const gone = new AbortController();
  const following = (async () => {
    for await (const _ of logs.read(of)?.more(gone.signal) ?? []) throw new Error('nothing was said');
  })();
  gone.abort();
  await expect(following).resolves.toBeUndefined();
});
