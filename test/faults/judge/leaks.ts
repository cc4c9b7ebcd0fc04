import { listSecrets } from "@opconnect/sandbox";
import { scanFolder } from "../../harness/secret-scan/scan-folder.ts";
import { secretTraces } from "../../harness/secret-scan/secret-traces.ts";
import { createTraceFinder } from "../../harness/secret-scan/trace-finder.ts";

/** Places outside of the stores that hold a secret of an account. */
export async function findLeaks(
  home: string,
  search: { readonly folders: readonly string[]; readonly texts: Readonly<Record<string, string>> },
): Promise<readonly string[]> {
  const holdsSecret = createTraceFinder(secretTraces(await listSecrets(home)));
  return [
    ...search.folders.flatMap((folder) =>
      scanFolder(folder, holdsSecret).map(({ place }) => `a secret lies in ${place}`),
    ),
    ...Object.entries(search.texts)
      .filter(([, text]) => holdsSecret(text))
      .map(([name]) => `a secret stands in ${name}`),
  ];
}
