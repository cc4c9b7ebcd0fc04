/** Whether an error carries this code, as those of Node.js and of HTTP clients do. */
export function hasCode(error: unknown, code: string | number): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}

/** What `work` gives; `undefined` where it fails with one of these codes. */
export async function unlessCode<T>(
  codes: readonly (string | number)[],
  work: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (codes.some((code) => hasCode(error, code))) return undefined;
    throw error;
  }
}
