import { expect, test } from 'vitest';
import type { JsonObject } from '../../../src/core/value.ts';
import { diskProbe } from '../../../src/modules/disk_probe.ts';
import { exampleHost, holding } from '../../../src/modules/disks/example-host.ts';
import { argsOf } from '../args.ts';

const failed = (given: JsonObject, disks: ReturnType<typeof exampleHost>): string => {
  const decision = diskProbe.decide(argsOf(diskProbe, given) as never, { host: 'worker01', disks } as never);
  if (decision.is !== 'failed') throw new Error(`it is ${decision.is}`);
  return `${decision.why}\nhelp: ${decision.hint}`;
};

test('a disk that may be given up: how; disks that are only others: not', () => {
  const text = failed({ fstype: 'ext4', min_size_gib: 100, expect: 1 }, exampleHost(holding('xfs', 'data')));
  expect(text).toMatch(
    /holds a file system: xfs labelled "data"; choose another disk, or give up what is on this one: allow_signatures: \[xfs\] and/,
  );
  expect(text.match(/give up/g)).toHaveLength(1);
  expect(text).toMatch(/help: attach a disk that fits/);
});

test('more than expected: the one that is meant has to be named', () => {
  expect(failed({ min_size_gib: 100, expect: 0 }, exampleHost())).toMatch(
    /1 disks of worker01 can be taken, 0 expected:[\s\S]*help: name the disk that is meant/,
  );
});
