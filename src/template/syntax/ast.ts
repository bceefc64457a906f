/** The syntax tree. `pos` is an offset into the template's text. */
import type { V } from '../value/model.ts';

export interface CallArgs {
  readonly positional: readonly Expr[];
  readonly named: readonly (readonly [string, Expr])[];
  /** `*args` */
  readonly rest?: Expr | undefined;
  /** `**kwargs` */
  readonly restNamed?: Expr | undefined;
}

export type BinaryOp = '+' | '-' | '*' | '/' | '//' | '%' | '**';
export type CompareOp = '==' | '!=' | '<' | '<=' | '>' | '>=' | 'in' | 'not in';

export type Expr = { readonly pos: number } & (
  | { readonly is: 'const'; readonly value: V }
  | { readonly is: 'name'; readonly name: string }
  | { readonly is: 'attr'; readonly of: Expr; readonly name: string }
  | { readonly is: 'item'; readonly of: Expr; readonly key: Expr }
  | {
      readonly is: 'slice';
      readonly of: Expr;
      readonly start: Expr | undefined;
      readonly stop: Expr | undefined;
      readonly step: Expr | undefined;
    }
  | { readonly is: 'list' | 'tuple'; readonly items: readonly Expr[] }
  | { readonly is: 'dict'; readonly items: readonly (readonly [Expr, Expr])[] }
  | { readonly is: 'unary'; readonly op: '-' | '+' | 'not'; readonly of: Expr }
  | { readonly is: 'binary'; readonly op: BinaryOp; readonly left: Expr; readonly right: Expr }
  | { readonly is: 'concat'; readonly items: readonly Expr[] }
  | { readonly is: 'and' | 'or'; readonly left: Expr; readonly right: Expr }
  | { readonly is: 'compare'; readonly first: Expr; readonly rest: readonly (readonly [CompareOp, Expr])[] }
  | { readonly is: 'if'; readonly test: Expr; readonly then: Expr; readonly otherwise: Expr | undefined }
  | { readonly is: 'call'; readonly of: Expr; readonly args: CallArgs }
  /** Without `of`: what stands in `{% filter … %}` and `{% set x | … %}`, applied to the block. */
  | { readonly is: 'filter'; readonly of: Expr | undefined; readonly name: string; readonly args: CallArgs }
  | { readonly is: 'test'; readonly of: Expr; readonly name: string; readonly args: CallArgs; readonly negated: boolean }
);

export type ExprOf<K extends Expr['is']> = Extract<Expr, { is: K }>;

/** What `set`, `for` and `with` assign to. */
export type Target =
  | { readonly is: 'name'; readonly name: string }
  | { readonly is: 'tuple'; readonly items: readonly Target[] }
  | { readonly is: 'member'; readonly of: string; readonly name: string; readonly pos: number };

export interface Param {
  readonly name: string;
  readonly fallback: Expr | undefined;
}

export type Body = readonly Stmt[];

export type Stmt = { readonly pos: number } & (
  | { readonly is: 'text'; readonly text: string }
  | { readonly is: 'output'; readonly value: Expr }
  | { readonly is: 'if'; readonly branches: readonly (readonly [Expr, Body])[]; readonly otherwise: Body }
  | {
      readonly is: 'for';
      readonly target: Target;
      readonly over: Expr;
      readonly test: Expr | undefined;
      readonly recursive: boolean;
      readonly body: Body;
      readonly otherwise: Body;
    }
  | { readonly is: 'set'; readonly target: Target; readonly value: Expr }
  | { readonly is: 'set-block'; readonly target: Target; readonly filter: Expr | undefined; readonly body: Body }
  | { readonly is: 'macro'; readonly name: string; readonly params: readonly Param[]; readonly body: Body }
  | { readonly is: 'call'; readonly call: Expr; readonly params: readonly Param[]; readonly body: Body }
  | { readonly is: 'filter'; readonly filter: Expr; readonly body: Body }
  | { readonly is: 'with'; readonly items: readonly (readonly [Target, Expr])[]; readonly body: Body }
  | { readonly is: 'group'; readonly body: Body }
  | { readonly is: 'include'; readonly name: Expr; readonly ignoreMissing: boolean; readonly withContext: boolean }
  | { readonly is: 'import'; readonly name: Expr; readonly as: string; readonly withContext: boolean }
  | { readonly is: 'from'; readonly name: Expr; readonly names: readonly (readonly [string, string])[]; readonly withContext: boolean }
  | { readonly is: 'extends'; readonly name: Expr }
  | { readonly is: 'block'; readonly name: string; readonly body: Body; readonly scoped: boolean; readonly required: boolean }
);

export type StmtOf<K extends Stmt['is']> = Extract<Stmt, { is: K }>;
