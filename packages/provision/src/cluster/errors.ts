import { ConnectError, isConnectError, parseJson, redacted } from "@opconnect/core";
import { z } from "zod";

/** What was asked of a cluster. */
export interface ClusterCall {
  /** Address of the API server. */
  readonly server: string;
  /** What the request is for, as in "the cluster could not …". */
  readonly purpose: string;
  readonly timeoutMs: number;
}

/**
 * Runs `work` and turns what the Kubernetes client throws into a `ConnectError`. The original error
 * is not kept as its cause: it carries the answer of the API server.
 */
export async function reportClusterErrors<T>(
  call: ClusterCall,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw isConnectError(error) ? error : clusterError(error, call);
  }
}

function clusterError(error: unknown, call: ClusterCall): ConnectError {
  const answer = apiAnswer.safeParse(error);
  return answer.success ? answeredError(answer.data, call) : unansweredError(error, call);
}

/** What the client throws for an answer other than 2xx: its body is text or a Status. */
const apiAnswer = z.object({ code: z.number(), body: z.unknown() });

const status = z.object({ message: z.string() });

function answeredError({ code, body }: z.infer<typeof apiAnswer>, call: ClusterCall): ConnectError {
  const said = redacted(statusMessage(body));
  const happened = `The cluster ${call.server} refused to ${call.purpose}: HTTP ${code}${said === "" ? "" : `, ${said}`}.`;
  const isDenied = code === 401 || code === 403;
  if (code === 422 && /ValidatingAdmissionPolicy '.*' denied request/s.test(said)) {
    return new ConnectError("CLUSTER_POLICY_DENIED", happened, policyRemedy);
  }
  const remedies: Readonly<Record<number, string>> = {
    401: "Log in to the cluster again; `kubectl auth whoami` shows who you are.",
    403: `Allow it to the user or service account of the kubeconfig, which has to ${call.purpose}.`,
    404: "Create what is missing, then run again.",
  };
  const remedy =
    remedies[code] ??
    "Correct what the API server names, or run again if it had a problem of its own.";
  return new ConnectError(isDenied ? "CLUSTER_ACCESS_DENIED" : "CLUSTER_FAILED", happened, remedy);
}

const policyRemedy =
  "Allow it by `itemAccess.rules` of the environment, or by a rule of the `ItemAccessPolicy`, that made the policy; with `--target`, name the policies too. Those of others take who made them.";

function statusMessage(body: unknown): string {
  const parsed = status.safeParse(typeof body === "string" ? parseJson(body) : body);
  if (parsed.success) return parsed.data.message.replace(/\.$/, "");
  return typeof body === "string" ? body.trim().slice(0, 200) : "";
}

function unansweredError(
  error: unknown,
  { server, purpose, timeoutMs }: ClusterCall,
): ConnectError {
  const could = `The cluster ${server} could not be asked to ${purpose}`;
  if (error instanceof Error && error.name === "TimeoutError") {
    return new ConnectError(
      "CLUSTER_UNREACHABLE",
      `${could}: it gave no answer within ${timeoutMs / 1000} seconds.`,
      unreachableRemedy,
    );
  }
  const texts = causeTexts(error);
  const happened = `${could}: ${redacted(texts.join(": "))}.`;
  if (texts.some((text) => text.startsWith("HTTP protocol is not allowed"))) {
    const remedy =
      "Give the cluster an https address, or set `insecure-skip-tls-verify: true` for it.";
    return new ConnectError("CLUSTER_CONFIG_INVALID", happened, remedy);
  }
  if (texts.some((text) => networkFailure.test(text)))
    return new ConnectError("CLUSTER_UNREACHABLE", happened, unreachableRemedy);
  const remedy =
    "`kubectl get namespace kube-system` with the same kubeconfig and context may tell more.";
  return new ConnectError("CLUSTER_FAILED", happened, remedy);
}

const unreachableRemedy =
  "Check that the kubeconfig and its context are the ones meant, that the cluster runs, and that a VPN or proxy is not in the way.";

const networkFailure =
  /fetch failed|ECONNREFUSED|ECONNRESET|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ETIMEDOUT|EPIPE|UND_ERR|socket hang up|certificate|\bTLS\b|\bSSL\b/i;

/** The messages of an error and its causes: `fetch` says only there what happened. */
function causeTexts(error: unknown): readonly string[] {
  if (!(error instanceof Error)) return [String(error)];
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  const nested = error instanceof AggregateError ? error.errors : [error.cause];
  const text = error.message.includes(code) ? error.message : `${code} ${error.message}`;
  const causes = nested.filter((cause) => cause !== undefined).flatMap(causeTexts);
  return [...new Set([text, ...causes])].filter((found) => found !== "");
}
