import { ApiException } from "@kubernetes/client-node";

/** One line on a failed request: the API server's own message where there is one. */
export function describeFailure(error: unknown): string {
  if (error instanceof ApiException) {
    const message = /"message":"((?:[^"\\]|\\.)*)"/.exec(String(error.body))?.[1] ?? "";
    return `HTTP ${error.code} ${message.replaceAll("\\", "")}`.trim();
  }
  return error instanceof Error ? error.message : String(error);
}

/** Settles like a request, but with `undefined` where the API server answers with this code. */
export async function unlessRefused<T>(request: Promise<T>, code: number): Promise<T | undefined> {
  try {
    return await request;
  } catch (error) {
    if (error instanceof ApiException && error.code === code) return undefined;
    throw error;
  }
}
