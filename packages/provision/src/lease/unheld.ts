/**
 * Nonces of leases that this process took or may have taken, and does not hold any more: what a
 * store says of them binds nobody. All copies of this package in the process know them.
 */
export const unheldNonces: Set<string> = globalSet(Symbol.for("@opconnect/provision.unheldNonces"));

function globalSet(key: symbol): Set<string> {
  const known: unknown = Reflect.get(globalThis, key);
  if (known instanceof Set) return known;
  const made = new Set<string>();
  Reflect.set(globalThis, key, made);
  return made;
}
