/** A client for a target: straight from this machine, or through a host's curl. */
import type { StoreTarget } from '../../core/engine.ts';
import { type Client, createClient } from './client.ts';
import { curlSender, type Script } from './curl.ts';
import { directSender } from './send.ts';
import { storeOf } from './target.ts';

export async function connect(
  target: StoreTarget,
  { env, script }: { readonly env: NodeJS.ProcessEnv; readonly script: Script | undefined },
): Promise<Client> {
  const store = await storeOf(target, env);
  return createClient(store, script ? curlSender(script, store) : directSender(store));
}
