/** A place that holds a trace of a secret; never the secret itself. */
export interface Finding {
  /** E.g. `"logs/moto.log"` or `"arguments of process 4711 (op)"`. */
  readonly place: string;
}
