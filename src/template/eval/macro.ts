/** Macros and `{% call %}` blocks. */
import type { Body, Param, StmtOf } from '../syntax/ast.ts';
import { Dict, tuple, type V } from '../value/model.ts';
import { type Args, Fn } from '../value/objects.ts';
import { fail, Undef } from '../value/undef.ts';
import { compileExpr, type Ev } from './expressions.ts';
import type { Frame } from './frame.ts';
import { concat } from './leave.ts';
import { type Act, compileBody } from './statements.ts';

/** Whether a name occurs anywhere in a piece of the syntax tree. */
function mentions(node: unknown, name: string): boolean {
  if (typeof node !== 'object' || node === null) return false;
  if (Array.isArray(node)) return node.some((item) => mentions(item, name));
  const entries = Object.entries(node);
  return ('is' in node && node.is === 'name' && 'name' in node && node.name === name) || entries.some(([, item]) => mentions(item, name));
}

interface Macro {
  make(f: Frame): Fn;
}

function compile(name: string, params: readonly Param[], source: Body): Macro {
  const body = compileBody(source);
  const takes = params.map((param) => ({ name: param.name, fallback: param.fallback && compileExpr(param.fallback) }));
  const uses = { varargs: mentions(source, 'varargs'), kwargs: mentions(source, 'kwargs'), caller: mentions(source, 'caller') };

  const bindTo = (f: Frame, { positional, named }: Args): void => {
    takes.forEach((param, index) => {
      const given = index < positional.length ? positional[index] : named.get(param.name);
      f.set(param.name, given === undefined ? fallback(f, param) : given);
    });
    const left = [...named].filter(([key]) => !takes.some((param) => param.name === key));
    if (uses.caller) {
      const caller = left.findIndex(([key]) => key === 'caller');
      f.set('caller', left[caller]?.[1] ?? new Undef('No caller defined'));
      if (caller >= 0) left.splice(caller, 1);
    }
    if (uses.varargs) f.set('varargs', tuple(positional.slice(takes.length)));
    else if (positional.length > takes.length) fail(`macro '${name}' takes not more than ${takes.length} argument(s)`);
    if (uses.kwargs) f.set('kwargs', Dict.of(left));
    else if (left[0]) fail(`macro '${name}' takes no keyword argument '${left[0][0]}'`);
  };

  return {
    make: (f) =>
      new Fn(
        name,
        (args) => {
          const inner = f.inner();
          bindTo(inner, args);
          const parts: V[] = [];
          body(inner, parts);
          return concat(parts);
        },
        { type: 'Macro', attributes: { name, arguments: tuple(params.map((param) => param.name)) } },
      ),
  };
}

const fallback = (f: Frame, param: { readonly name: string; readonly fallback: Ev | undefined }): V =>
  param.fallback ? param.fallback(f) : new Undef(`parameter '${param.name}' was not provided`);

export function compileMacro(s: StmtOf<'macro'>): Act {
  const macro = compile(s.name, s.params, s.body);
  return (f) => f.set(s.name, macro.make(f));
}

/** The body becomes the macro `caller` of the call. */
export function compileCallBlock(s: StmtOf<'call'>): Act {
  if (s.call.is !== 'call') throw new Error('a call block without a call');
  const caller = compile('caller', s.params, s.body);
  const { args } = s.call;
  const call = compileExpr({ ...s.call, args: { ...args, named: [...args.named, ['caller', { is: 'name', name: CALLER, pos: s.pos }]] } });
  return (f, out) => {
    const inner = f.inner();
    inner.set(CALLER, caller.make(f));
    const made = call(inner);
    if (made !== null) out.push(made);
  };
}

/** No name a template can write. */
const CALLER = 'caller of the block';
