/** Whether an error carries this code, as those of Node.js and of HTTP clients do. */
export function hasCode(error: unknown, code: string | number): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}
