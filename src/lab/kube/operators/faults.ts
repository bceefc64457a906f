/** Faults these operators can act out, by their names in the fault catalogue; those that are mere mistakes in manifests need no switch. */
export type Fault =
  /** The registry's Config does not exist for the first three minutes. */
  | { readonly fault: 'F01' }
  /** A catalog that never becomes READY, and with it every Subscription. Default: community-operators. */
  | { readonly fault: 'F16'; readonly catalog?: string }
  /** The bundle's image cannot be pulled. Default: every package. */
  | { readonly fault: 'F18'; readonly package?: string }
  /** Mirror policies of the old kind and the new one exclude each other, as before 4.13.27 and 4.14.3: no MachineConfig comes of them. */
  | { readonly fault: 'F22' }
  /** The catalog's pod is killed for memory so many times (6), then gets ready. Default: redhat-operators. */
  | { readonly fault: 'F25'; readonly catalog?: string; readonly times?: number }
  /** A bucket has its name, and while this lasts neither keys nor phase Bound. */
  | { readonly fault: 'F27' }
  /** The S3 endpoint's certificate is not signed by whom the operator trusts. */
  | { readonly fault: 'F28' }
  /** The bucket is not the operator's to see (403), so it tries to create it. Default: refused. */
  | { readonly fault: 'F29'; readonly create?: 'refused' | 'allowed' }
  /** The router does not admit a route. Default: every one of the registry. */
  | { readonly fault: 'F31'; readonly route?: string }
  /** The operator keeps writing to the registry's Config: updates with an old resourceVersion get 409. */
  | { readonly fault: 'F36' }
  /** The registry's storage is full. */
  | { readonly fault: 'F38' }
  /** The image pruner's last job failed: ClusterOperator image-registry is Degraded although the registry is fine. */
  | { readonly fault: 'F39' }
  /** The cluster's proxy stands between the operator and the S3 endpoint, and lets nothing through. */
  | { readonly fault: 'F40' };

export type FaultName = Fault['fault'];
type Named<N extends FaultName> = Extract<Fault, { fault: N }>;

export class Faults {
  readonly #active = new Map<FaultName, Fault>();
  readonly #listeners: (() => void)[] = [];

  constructor(faults: readonly Fault[] = []) {
    for (const fault of faults) this.#active.set(fault.fault, fault);
  }

  get<N extends FaultName>(name: N): Named<N> | undefined {
    return this.#active.get(name) as Named<N> | undefined;
  }

  /** Sets a fault, or ends it. */
  set(fault: Fault, on = true): void {
    if (on) this.#active.set(fault.fault, fault);
    else this.#active.delete(fault.fault);
    for (const listener of this.#listeners) listener();
  }

  listen(listener: () => void): void {
    this.#listeners.push(listener);
  }
}
