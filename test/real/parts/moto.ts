import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensure } from './cache.ts';
import { freePort, told } from './s3.ts';

/** A moto that looks at signatures and rights, with the keys of a user who may do all. */
export interface Moto {
  /** "http://127.0.0.1:41234" */
  readonly url: string;
  readonly access: string;
  readonly secret: string;
  close(): Promise<void>;
}

export async function startMoto(): Promise<Moto> {
  const home = await ensure('moto');
  const dir = mkdtempSync(join(tmpdir(), 'pb-moto-'));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const program = [join(home, 'env/bin/python'), '-m', 'moto.server', '--host', '127.0.0.1', '--port', String(port)];
  // What makes the first user is not looked at.
  const env = { HOME: dir, INITIAL_NO_AUTH_ACTION_COUNT: '3', AWS_DEFAULT_REGION: 'us-east-1' };
  const child = spawn('setpriv', ['--pdeathsig', 'TERM', '--', ...program], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = once(child, 'close');
  await told(child, /Running on/, 'moto');
  const act = async (action: string, params: { readonly [name: string]: string }): Promise<string> => {
    const authorization = `AWS4-HMAC-SHA256 Credential=nobody/20200101/us-east-1/iam/aws4_request, SignedHeaders=host, Signature=none`;
    const body = new URLSearchParams({ Action: action, Version: '2010-05-08', UserName: 'root-user', ...params });
    const answer = await fetch(url, { method: 'POST', headers: { authorization }, body });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`moto: ${action}: ${text}`);
    return text;
  };
  const all = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] };
  await act('CreateUser', {});
  await act('PutUserPolicy', { PolicyName: 'all', PolicyDocument: JSON.stringify(all) });
  const keys = await act('CreateAccessKey', {});
  const between = (tag: string): string => new RegExp(`<${tag}>(.*)</${tag}>`).exec(keys)?.[1] ?? '';
  return {
    ...{ url, access: between('AccessKeyId'), secret: between('SecretAccessKey') },
    async close() {
      child.kill('SIGTERM');
      await ended;
      rmSync(dir, { recursive: true });
    },
  };
}
