/** What the probes of the host modules make of answers that the machine under test does not give: recorded from GNU coreutils 9.1, wget 1.21.3, curl 7.88, bash 5.2. */
import { expect, test } from 'vitest';
import { PbError } from '../../src/core/diagnostic.ts';
import { checksum } from '../../src/probes/checksum.ts';
import { http } from '../../src/probes/http.ts';
import { mountsBelow } from '../../src/probes/mounts-below.ts';
import { stat } from '../../src/probes/stat.ts';
import { statExtras } from '../../src/probes/stat-extras.ts';
import { tcp } from '../../src/probes/tcp.ts';
import { tcpConnections } from '../../src/probes/tcp-connections.ts';
import { tree } from '../../src/probes/tree.ts';

const out = (code: number, stdout: string, stderr = '') => ({ code, stdout, stderr });

test('stat: absence is what stat says, and nothing else', () => {
  const at = { path: '/x', follow: false };
  expect(stat.parse(out(1, '', "stat: cannot statx '/x': No such file or directory\n"), at)).toBeNull();
  expect(stat.parse(out(1, '', "stat: cannot statx '/etc/hosts/x': Not a directory\n"), at)).toBeNull();
  expect(() => stat.parse(out(1, '', "stat: cannot statx '/x': Permission denied\n"), at)).toThrow(
    expect.objectContaining({ code: 'exec', hint: expect.stringContaining('become: true') }),
  );
  expect(() => stat.parse(out(127, '', "env: 'stat': No such file or directory\n"), at)).toThrow(PbError);
  expect(() => stat.parse(out(0, ''), at)).toThrow(PbError);
});

test('stat: names with blanks, accounts without a name', () => {
  const answer = '81a4\n1001\n70\n5\n2049\n12\n1\n1.500000000\n2.000000000\n3.000000000\n8\n4096\nUNKNOWN\nDOM\\domain users\n';
  expect(stat.parse(out(0, answer), { path: '/x', follow: false })).toMatchObject({
    kind: 'file',
    mode: '0644',
    uid: 1001,
    owner: '1001',
    group: 'DOM\\domain users',
    atime: 1.5,
    size: 5,
  });
});

test.each([
  [true, true],
  [true, false],
  [false, true],
])('stat-extras: media type %s, flags %s: the other program is not started', (media, flags) => {
  const script = statExtras.argv({ path: '/x', media, flags })[2] ?? '';
  expect([script.includes('file -b'), script.includes('lsattr')]).toEqual([media, flags]);
});

test('stat-extras: without a media type the flags still stand on the second line', () => {
  const asked = { path: '/x', media: false, flags: true };
  expect(statExtras.argv(asked)[2]).toMatch(/^echo\n/);
  expect(statExtras.parse(out(0, '\n3046524912 --------------e------- /x\n'), asked)).toMatchObject({
    version: '3046524912',
    flags: '--------------e-------',
  });
});

test('checksum: no file is null, no answer is an error', () => {
  const asked = { path: '/x', algorithm: 'md5' } as const;
  expect(checksum.parse(out(3, ''), asked)).toBeNull();
  expect(checksum.parse(out(0, 'd41d8cd98f00b204e9800998ecf8427e  -\n'), asked)).toBe('d41d8cd98f00b204e9800998ecf8427e');
  expect(() => checksum.parse(out(0, ''), asked)).toThrow(PbError);
  expect(() => checksum.parse(out(2, '', 'sh: 1: cannot open /x: Permission denied\n'), asked)).toThrow(PbError);
});

test('tree: a part that cannot be read is an error, not an empty directory', () => {
  expect(() => tree.parse(out(1, '41ed\t0\t0\troot\troot\t/x/.\0', "find: '/x/./a': Permission denied\n"), '/x')).toThrow(PbError);
  expect(tree.parse(out(0, '41ed\t0\t0\troot\troot\t/x/.\0a1ff\t7\t0\tUNKNOWN\troot\t/x/./a\tb\0'), '/x')).toEqual([
    { path: 'a\tb', kind: 'link', mode: '0777', uid: 7, gid: 0, owner: '7', group: 'root' },
  ]);
});

test('mounts-below: at the path and below it, not beside it', () => {
  const table = [
    '1 0 8:1 / / rw - ext4 /dev/sda1 rw',
    '2 1 8:17 / /data rw - xfs /dev/sdb1 rw',
    '3 1 0:40 / /data/a\\040b rw - nfs s:/x rw',
    '4 1 8:33 / /data2 rw - xfs /dev/sdc1 rw',
  ];
  const answer = (real: string) => out(0, `${real}\0${table.join('\n')}\n`);
  expect(mountsBelow.parse(answer('/data'), '/data')).toEqual(['/data', '/data/a b']);
  expect(mountsBelow.parse(answer('/data/pv'), '/data/pv')).toEqual([]);
  expect(() => mountsBelow.parse(out(1, '/data\0', 'cat: /proc/self/mountinfo: No such file or directory'), '/data')).toThrow(PbError);
});

test('tcp: closed has a reason', () => {
  const asked = { host: 'h', port: 1, limit: 5, read: false };
  const closed = (code: number, stderr: string) => tcp.parse(out(code, '', stderr), asked).why;
  expect(closed(1, 'bash: connect: Connection refused\nbash: /dev/tcp/h/1: Connection refused\n')).toBe('Connection refused');
  expect(closed(1, 'bash: h: Name or service not known\nbash: /dev/tcp/h/1: Invalid argument\n')).toBe('Name or service not known');
  expect(closed(124, '')).toBe('no answer in time');
  expect(() => closed(1, 'bash: /dev/tcp/h/1: No such file or directory\n'), 'a bash built without it').toThrow(PbError);
  expect(() => closed(9, '')).toThrow(expect.objectContaining({ hint: expect.stringContaining('install one of them') }));
});

test('http: wget tells the status on stderr, after the redirects', () => {
  const asked = { url: 'http://h/', limit: 5, strict: true };
  const headers = '  HTTP/1.1 302 Found\n  location: /x\n  HTTP/1.1 503 Service Unavailable\n  Connection: keep-alive\n';
  expect(http.parse(out(8, 'body', headers), asked)).toEqual({ status: 503, why: '', body: 'body' });
  expect(http.parse(out(4, ''), asked)).toEqual({ status: null, why: 'no answer (exit code 4)', body: '' });
});

test('http: curl tells it after the body', () => {
  const asked = { url: 'http://h/', limit: 5, strict: true };
  expect(http.parse(out(0, 'a\nb\n200'), asked)).toEqual({ status: 200, why: '', body: 'a\nb' });
  const refused = "curl: (7) Failed to connect to 127.0.0.1 port 1 after 0 ms: Couldn't connect to server\n";
  expect(http.parse(out(7, '\n000', refused), asked)).toEqual({ status: null, why: refused.trim(), body: '' });
  expect(() => http.parse(out(3, '\n000', 'curl: (3) URL using bad/illegal format\n'), asked)).toThrow(PbError);
  expect(() => http.parse(out(9, ''), asked)).toThrow(expect.objectContaining({ hint: expect.stringContaining('install') }));
});

test('tcp-connections: peers of the port, without the listening socket', () => {
  const table = [
    '  sl  local_address rem_address   st',
    '   0: 00000000:0016 00000000:0000 0A 0',
    '   1: 0100007F:0016 0200000A:D3F2 01 0',
    '   2: 0100007F:0050 0300000A:D3F2 01 0',
    '   3: 0000000000000000FFFF00000100007F:0016 0000000000000000FFFF00000400000A:D3F2 06 0',
    '   4: B80D0120000000000000000001000000:0016 B80D0120000000000000000002000000:D3F2 01 0',
  ];
  expect(tcpConnections.parse(out(0, table.join('\n')), 22)).toEqual([
    { peer: '10.0.0.2', state: 'ESTABLISHED' },
    { peer: '10.0.0.4', state: 'TIME_WAIT' },
    { peer: '2001:0db8:0000:0000:0000:0000:0000:0002', state: 'ESTABLISHED' },
  ]);
  expect(() => tcpConnections.parse(out(1, '', 'cat: /proc/net/tcp: Permission denied'), 22)).toThrow();
});
