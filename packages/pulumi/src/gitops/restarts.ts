/**
 * Where the operator notes on the pod template of a Deployment when it has restarted it last.
 * @see https://github.com/1Password/onepassword-operator/blob/v1.12.0/pkg/onepassword/annotations.go
 */
export const restartedPointer =
  "/spec/template/metadata/annotations/operator.1password.io~1last-restarted";
