/** A `!vault` scalar: decrypted when first used, so that a playbook loads without the passwords it does not need. */
import { PbError, type Span } from '../../core/diagnostic.ts';
import { type Resolved, type Scope, Template } from '../../core/value.ts';
import type { Context } from '../context.ts';
import { decrypt } from './decrypt.ts';

export class VaultTemplate extends Template {
  readonly source: string;
  readonly at: Span;
  readonly #context: Pick<Context, 'engine' | 'vault' | 'onSecret'>;
  #plain: string | Template | undefined;

  constructor(source: string, at: Span, context: Pick<Context, 'engine' | 'vault' | 'onSecret'>) {
    super();
    this.source = source;
    this.at = at;
    this.#context = context;
  }

  /** Throws PbError 'template' at the scalar's place when no password fits. */
  override eval(scope: Scope): Resolved {
    this.#plain ??= this.#open();
    return this.#plain instanceof Template ? this.#plain.eval(scope) : this.#plain;
  }

  #open(): string | Template {
    const { engine, vault, onSecret } = this.#context;
    const answer = decrypt(this.source, vault);
    if (!('plain' in answer)) throw new PbError('template', `this value ${answer.why}`, { at: this.at, hint: answer.hint });
    onSecret(answer.plain);
    return engine.hasTemplate(answer.plain) ? engine.template(answer.plain, this.at) : answer.plain;
  }
}
