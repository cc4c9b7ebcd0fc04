import { describeFailure } from "./api-failure.ts";
import { Waiting } from "./waiting.ts";

/**
 * What stands for images by their tags, as a node has them: pulled once, when a container first asks.
 * One that cannot be pulled is not tried again: what a registry does not have it does not get either.
 * @returns what finds a program, or throws {@link Waiting}: while it is pulled, and where it cannot be.
 */
export function pullOnce(
  pull: (tag: string) => Promise<string>,
  log: (line: string) => void,
): (tag: string) => string {
  const pulled = new Map<string, Pulled>();
  async function start(tag: string): Promise<void> {
    const came = await pull(tag).then(
      (path) => ({ path }),
      (error: unknown) => ({ failure: describeFailure(error) }),
    );
    pulled.set(tag, came);
    log(`image of the operator ${tag}: ${"path" in came ? "pulled" : came.failure}`);
  }
  return (tag) => {
    const found = pulled.get(tag);
    if (found === undefined) {
      pulled.set(tag, "coming");
      void start(tag);
    }
    if (found === undefined || found === "coming") {
      throw new Waiting("ContainerCreating", `pulling the image of the operator ${tag}`);
    }
    if ("failure" in found) throw new Waiting("ErrImagePull", found.failure);
    return found.path;
  };
}

type Pulled = "coming" | { readonly path: string } | { readonly failure: string };
