import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { fingerprint, KnownHosts, keyType, knownName } from '../../../src/transports/ssh/known-hosts.ts';

const dir = mkdtempSync(join(tmpdir(), 'pb-known-'));
afterAll(() => rmSync(dir, { recursive: true }));

// Made with OpenSSH 9.2: ssh-keygen -t ed25519, ssh-keygen -lf, and ssh-keygen -H for the hashed names.
const KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAICwoWIhrUP20wwk8bMjIec8EtzbFydHQOOSWaAUBeuk6';
const FINGERPRINT = 'SHA256:JPJ+06moZNg+Rcy5GrUilD9YLo+hh6dy7QWJkwxgKFc';
const HASHED = '|1|++Y+BhKWEaQKXoJu3GymR/2vOhQ=|/VTRWVkd1NqiOLNuwe53W5Z+dj0=';
const HASHED_PORT = '|1|x3XbOQUmeDKJQW3l6gnEso8LZqI=|fHz+0PRibVdEKL0GFh4iMd82/ig=';

const find = (text: string, ...names: string[]) => {
  const file = join(dir, `known-${Math.random()}`);
  writeFileSync(file, text);
  return new KnownHosts().find([file], names).map(({ line, revoked }) => (revoked ? `revoked ${line}` : line));
};

test('fingerprint and type are what ssh-keygen says', () => {
  const key = Buffer.from(KEY.split(' ')[1] ?? '', 'base64');
  expect([fingerprint(key), keyType(key)]).toEqual([FINGERPRINT, 'ssh-ed25519']);
});

test('a host on another port has it in its name', () => {
  expect([knownName('Worker01', 22), knownName('worker01', 2222)]).toEqual(['worker01', '[worker01]:2222']);
});

describe('a line names a host', () => {
  test.each([
    ['plainly', `worker01 ${KEY}`, 'worker01', [1]],
    ['among others', `a,worker01,10.0.0.1 ${KEY}`, '10.0.0.1', [1]],
    ['in another case', `Worker01 ${KEY}`, 'worker01', [1]],
    ['by a pattern', `*.example.com,10.0.?.1 ${KEY}`, 'w.example.com', [1]],
    ['by one character', `10.0.?.1 ${KEY}`, '10.0.7.1', [1]],
    ['not by half of it', `worker ${KEY}`, 'worker01', []],
    ['not where a dot is a dot', `w.example.com ${KEY}`, 'wxexample.com', []],
    ['not where it is ruled out', `*.example.com,!w.example.com ${KEY}`, 'w.example.com', []],
    ['hashed', `${HASHED} ${KEY}`, 'worker01.example.com', [1]],
    ['hashed, with a port', `${HASHED_PORT} ${KEY}`, '[worker01.example.com]:2222', [1]],
    ['not by another hash', `${HASHED} ${KEY}`, 'worker02.example.com', []],
    ['as revoked', `@revoked worker01 ${KEY}`, 'worker01', ['revoked 1']],
    ['not as an authority', `@cert-authority worker01 ${KEY}`, 'worker01', []],
    ['not in a comment', `# worker01 ${KEY}\n\n  \n`, 'worker01', []],
    ['on several lines', `worker01 ${KEY}\n#\nworker01 ${KEY} comment\n`, 'worker01', [1, 3]],
  ])('%s', (_how, text, name, expected) => {
    expect(find(text, name)).toEqual(expected);
  });
});

test('a file that is not there holds no keys', () => {
  expect(new KnownHosts().find([join(dir, 'none'), join(dir, 'none', 'below')], ['worker01'])).toEqual([]);
});

test('what is added at the same time stands on lines of its own, and is found', async () => {
  const file = join(dir, 'new', 'known_hosts');
  const known = new KnownHosts();
  expect(known.find([file], ['w1'])).toEqual([]);
  const key = Buffer.from(KEY.split(' ')[1] ?? '', 'base64');
  await Promise.all(['w1', 'w2', 'w3'].map((name) => known.add(file, name, key)));
  expect(readFileSync(file, 'utf8')).toBe(['w1', 'w2', 'w3'].map((name) => `${name} ${KEY}\n`).join(''));
  expect(known.find([file], ['w2'])).toMatchObject([{ line: 2, type: 'ssh-ed25519' }]);
});
