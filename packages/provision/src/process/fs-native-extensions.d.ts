declare module "fs-native-extensions" {
  /** `false` where another open file of the same path has the lock, in this process or another. */
  export function tryLock(fd: number): boolean;
}
