import type { BackgroundRig } from "../rig/background/rig.ts";
import { heading, say } from "./narrate.ts";

/** Prints how to look around in what a demo left running, and how to stop it. */
export function printHowToLookInside({ kubeconfig, env, logDir }: BackgroundRig): void {
  heading("It is all still running");
  say(`Join it from a shell in this folder:

  eval "$(npm run --silent rig -- env)"

Then
  pulumi stack              the stack acme-prod, selected
  op vault list             1Password, as the admin sees it
  kubectl get opi -A        if you have kubectl; KUBECONFIG=${kubeconfig}
  aws secretsmanager list-secrets
                            if you have the AWS CLI; AWS_ENDPOINT_URL=${env.AWS_ENDPOINT_URL}
  ls ${logDir}
                            logs of every process, Connect's and the operator's included

Stop it, and remove everything:

  pulumi destroy --yes      if you want to see it
  npm run rig -- down`);
}
