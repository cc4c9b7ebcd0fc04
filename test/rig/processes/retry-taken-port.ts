/**
 * Starts again, once, what failed because another process took its port between the moment it was
 * found free and the moment it was used.
 */
export async function retryTakenPort<T>(start: () => Promise<T>): Promise<T> {
  try {
    return await start();
  } catch (error) {
    if (!(error instanceof Error) || !/address already in use/i.test(error.message)) throw error;
    return start();
  }
}
