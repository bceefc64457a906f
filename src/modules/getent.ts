/** Records of a database of the host: accounts, groups, hosts, services. */
import type { Json, JsonObject } from '../core/value.ts';
import { getent as ask } from '../probes/getent.ts';
import { args, defineModule, failed, flag, ok, optional, text } from './define.ts';

const COLONS = ['passwd', 'shadow', 'group', 'gshadow'];

export const getent = defineModule({
  name: 'getent',
  aliases: ['ansible.builtin.getent'],
  target: 'host',
  effect: 'converge',
  summary: 'Look up accounts, groups, hosts or services of the host',
  notes: ['The records become the fact getent_DATABASE: a mapping from the first field to the list of the others.'],
  args: args({
    database: text('passwd, group, hosts, services and others that getent knows', { minLength: 1 }),
    key: optional(text('Which record; all of them when left out')),
    split: optional(text('What separates the fields; a colon for accounts and groups, otherwise blanks')),
    service: optional(text('Ask this service only (getent -s)')),
    fail_key: flag('Fail where the key does not exist; otherwise it becomes null', true),
  }),
  examples: [
    {
      title: 'a user',
      args: { database: 'passwd', key: 'root' },
      state: ['root:x:0:0:root:/root:/bin/bash'],
      expect: 'ok',
    },
    { title: 'no such user', args: { database: 'passwd', key: 'nobody0' }, state: null, expect: 'failed' },
    { title: 'no such user and that is fine', args: { database: 'passwd', key: 'nobody0', fail_key: false }, state: null, expect: 'ok' },
  ],
  read: ({ database, key, service }, io) =>
    io.ask(ask, { database, ...(key === undefined ? {} : { key }), ...(service === undefined ? {} : { service }) }),
  decide({ database, key, split, fail_key }, lines) {
    const name = `getent_${database}`;
    const answer = (records: Json, more: JsonObject = {}) =>
      ok({ ansible_facts: { [name]: records }, ...more }, { gathered: { [name]: records } });
    if (lines === null) {
      const msg = 'One or more supplied key could not be found in the database.';
      return fail_key ? failed(msg) : answer({ [key ?? '']: null }, { msg });
    }
    const mark = split ?? (COLONS.includes(database) ? ':' : undefined);
    const records: { [first: string]: Json[] } = {};
    const twice = new Set<string>();
    for (const line of lines) {
      const [first = '', ...rest] = mark === undefined ? line.trim().split(/\s+/) : line.split(mark);
      const known = records[first];
      if (known === undefined) records[first] = rest;
      else if (twice.has(first)) known.push(rest);
      else {
        records[first] = [known, rest];
        twice.add(first);
      }
    }
    return answer(records);
  },
});
