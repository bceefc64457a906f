/** Kubernetes quantities of bytes. */
const factors: Readonly<Record<string, number>> = {
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
};

/** "100Gi" → bytes; throws RangeError on anything else. */
export function bytesOf(quantity: string): number {
  const parts = /^([0-9]+(?:\.[0-9]+)?)([kMGTP]i?|Ki)?$/.exec(quantity);
  const factor = factors[parts?.[2] ?? ''];
  if (!parts || factor === undefined) throw new RangeError(`not a quantity of bytes: ${quantity}`);
  return Number(parts[1]) * factor;
}
