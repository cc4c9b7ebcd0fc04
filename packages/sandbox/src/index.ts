export { listSecrets } from "./account/account-file.ts";
export {
  createSandboxAccount,
  type SandboxAccount,
  type SandboxAccountOptions,
  wordings,
} from "./account/create-account.ts";
export {
  addPerson,
  addServiceAccount,
  forgetAccount,
  grantVaultAccess,
  type NewPerson,
  type NewServiceAccount,
  signIn,
  type VaultAccessGrant,
} from "./account/people.ts";
export { setConnectMood } from "./connect/connect-mood.ts";
export { type ConnectOptions, type RunningConnect, startConnect } from "./connect/start-connect.ts";
export {
  clearFailures,
  type FailureEffect,
  type InjectedFailure,
  injectFailure,
} from "./injected-failure.ts";
export { type LoggedCall, readCallLog } from "./op/call-log.ts";
export { type OpProcess, runOp } from "./op/run-op.ts";
