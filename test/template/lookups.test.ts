/** Lookups answer later; evaluation waits for them and asks each one once. */
import { expect, test } from 'vitest';
import { resolve, settled } from '../../src/core/resolve.ts';
import { LAZY, PendingLookup } from '../../src/core/value.ts';
import { createEngine, type Lookup, type LookupCall } from '../../src/template/index.ts';
import { at, evaluate, failure, scope } from './helper.ts';

function recording(answer: (call: LookupCall) => readonly string[] = ({ terms }) => terms.map((term) => `<${String(term)}>`)) {
  const calls: LookupCall[] = [];
  const lookup: Lookup = async (call) => {
    calls.push(call);
    return answer(call);
  };
  return { calls, lookup };
}

test('pending until answered, and asked once', async () => {
  const { calls, lookup } = recording();
  const engine = createEngine({ lookups: { file: lookup } });
  const own = scope({ a: engine.template("{{ lookup('file', 'x') }}", at) });
  const template = engine.template("{{ lookup('file', 'x') }} {{ a }} {{ lookup('ansible.builtin.file', 'y', 'z') }}", at);
  expect(() => template.eval(own)).toThrow(PendingLookup);
  expect(await settled(() => template.eval(own))).toBe('<x> <x> <y>,<z>');
  expect(calls.map((call) => call.terms)).toEqual([['x'], ['y', 'z']]);
  expect(await resolve({ one: template, two: [template] }, own)).toEqual({ one: '<x> <x> <y>,<z>', two: ['<x> <x> <y>,<z>'] });
  expect(calls).toHaveLength(2);
});

test('another scope asks again', async () => {
  const { calls, lookup } = recording();
  const engine = createEngine({ lookups: { pipe: lookup } });
  const template = engine.template("{{ lookup('pipe', 'date') }}", at);
  const [one, two] = [scope({}), scope({})];
  await settled(() => template.eval(one));
  await settled(() => template.eval(two));
  expect(calls).toHaveLength(2);
});

test('what a lookup answers is data', async () => {
  const engine = createEngine({ lookups: { file: async () => ['{{ 1 + 1 }}'] } });
  const own = scope({});
  expect(await settled(() => engine.template("{{ lookup('file', 'x') }}", at).eval(own))).toBe('{{ 1 + 1 }}');
});

test('options, lists, failures', async () => {
  const { calls, lookup } = recording();
  const engine = createEngine({
    lookups: { file: lookup, bad: async () => Promise.reject(new Error('no such host')), now: () => ['at once'] },
  });
  const run = (source: string) => {
    const own = scope({});
    return settled(() => engine.template(source, at).eval(own));
  };
  expect(await run("{{ query('file', 'x', rstrip=false) }}")).toEqual(['<x>']);
  expect(calls[0]?.options).toEqual({ rstrip: false });
  expect(calls[0]?.at).toEqual(at);
  expect(await run("{{ lookup('file', 'x', wantlist=true) }}")).toEqual(['<x>']);
  expect(await run("{{ lookup('now') }}")).toBe('at once');
  await expect(run("{{ lookup('bad', 1) }}")).rejects.toMatchObject({ code: 'template', message: "the lookup 'bad' failed: no such host" });
  expect(await run("{{ lookup('bad', 1, errors='ignore') }}")).toBe(null);
  expect(await run("{{ query('bad', 1, errors='ignore') }}")).toEqual([]);
  await expect(run("{{ lookup('fil', 1) }}")).rejects.toMatchObject({ hint: "did you mean 'file'?" });
});

test('a lookup in a condition, a loop and a file', async () => {
  const { calls, lookup } = recording();
  const engine = createEngine({ lookups: { file: lookup } });
  const own = scope({ names: ['a', 'b', 'c'] });
  expect(await settled(() => engine.expression("lookup('file', 'a') == '<a>'", at).holds(own))).toBe(true);
  const text = "{% for n in names %}{{ lookup('file', n) }}\n{% endfor %}";
  expect(await settled(() => engine.file(text, { file: 'x.j2' }).render(own))).toBe('<a>\n<b>\n<c>\n');
  expect(calls).toHaveLength(3);
});

test("another host's lookups are its own", async () => {
  const { calls, lookup } = recording(({ scope: of }) => [String(of.get('inventory_hostname'))]);
  const engine = createEngine({ lookups: { file: lookup } });
  const secret = engine.template("{{ lookup('file', 'key') }}", at);
  const host = (name: string) => {
    const vars = { inventory_hostname: name, secret };
    // A new scope at every call, as an inventory may give.
    return {
      [LAZY]: true as const,
      keys: () => Object.keys(vars),
      get: (key: string) => (key === 'secret' ? secret : name),
      scope: scope(vars),
    };
  };
  const hostvars = { [LAZY]: true as const, keys: () => ['a', 'b'], get: host };
  const own = scope({ hostvars, inventory_hostname: 'c', secret });
  expect(await settled(() => engine.template('{{ hostvars.a.secret }} {{ hostvars.b.secret }} {{ secret }}', at).eval(own))).toBe('a b c');
  expect(calls).toHaveLength(3);
});

test('lookups that only look at their arguments are always there', () => {
  const own = { d: { a: 1 }, users: [{ n: 'x', g: [1, 2] }], port_a: 1, port_b: 2 };
  expect(evaluate("{{ query('dict', d) }}", own)).toEqual([{ key: 'a', value: 1 }]);
  expect(evaluate("{{ query('subelements', users, 'g') | map('last') }}", own)).toEqual([1, 2]);
  expect(evaluate("{{ query('varnames', '^port_') }}", own)).toEqual(['port_a', 'port_b']);
  expect(evaluate("{{ query('vars', 'port_a', 'nope', default=0) }}", own)).toEqual([1, 0]);
  expect(failure(() => evaluate("{{ lookup('vars', 'nope') }}", own)).details['kind']).toBe('undefined');
  expect(failure(() => evaluate("{{ query('sequence', 'start=1') }}", own)).message).toContain('must specify count or end');
});
