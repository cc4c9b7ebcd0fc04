import { execa } from "execa";
import { z } from "zod";

/** What a person does past opconnect. */
export type ByHand = "revoke the token" | "lose the server from the state";

/** Where it is done. */
interface Place {
  /** The project's folder. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

/** Does what a person does past opconnect. */
export async function doByHand(what: ByHand, place: Place): Promise<void> {
  switch (what) {
    case "revoke the token":
      return revokeToken(place);
    case "lose the server from the state":
      return loseServerFromState(place);
  }
}

const listed = z.array(z.object({ id: z.string(), state: z.string() }));

async function revokeToken(place: Place): Promise<void> {
  const live = async (what: "server" | "token") => {
    const rows = await run("op", ["connect", what, "list", "--format", "json"], place);
    return listed.parse(JSON.parse(rows)).filter(({ state }) => state === "ACTIVE");
  };
  const [server] = await live("server");
  for (const { id } of await live("token")) {
    await run("op", ["connect", "token", "delete", id, "--server", server?.id ?? ""], place);
  }
}

const exported = z.object({
  deployment: z.object({ resources: z.array(z.object({ urn: z.string() })) }),
});

/** What needs the server goes with it: its token, and what both put into the cluster. */
async function loseServerFromState(place: Place): Promise<void> {
  const { deployment } = exported.parse(
    JSON.parse(await run("pulumi", ["stack", "export"], place)),
  );
  const server = deployment.resources.find(({ urn }) => urn.includes(":ConnectServer::"));
  const words = ["state", "delete", server?.urn ?? "", "--target-dependents", "--yes"];
  await run("pulumi", words, place);
}

async function run(program: string, words: readonly string[], place: Place): Promise<string> {
  const { stdout } = await execa(program, words, { ...place, extendEnv: false, stdin: "ignore" });
  return stdout;
}
