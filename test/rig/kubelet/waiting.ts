/** Why a container cannot start yet. The kubelet stand-in shows it in the status and tries again. */
export class Waiting extends Error {
  override readonly name = "Waiting";
  /** As `kubectl get pods` prints it, e.g. `CreateContainerConfigError`. */
  readonly reason: string;

  constructor(reason: string, message: string) {
    super(message);
    this.reason = reason;
  }
}
