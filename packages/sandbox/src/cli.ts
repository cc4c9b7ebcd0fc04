import { fstatSync } from "node:fs";

/** Runs `opconnect-sandbox op …`, `opconnect-sandbox connect` or `opconnect-sandbox init`. */
async function main([subcommand, ...argv]: readonly string[]): Promise<number> {
  switch (subcommand) {
    case "op": {
      const { runOp } = await import("./op/run-op.ts");
      return await runOp({ argv, ...processSurroundings() });
    }
    case "connect": {
      const { serveConnect } = await import("./connect/serve-connect.ts");
      return await serveConnect(process.env);
    }
    case "init": {
      const { runInit } = await import("./run-init.ts");
      return await runInit(argv, process.env);
    }
    default:
      process.stderr.write(usage);
      return 1;
  }
}

const usage = `Usage: opconnect-sandbox <command>

  init [--owner <email>]   make an account in $OPCONNECT_SANDBOX_HOME
  op <arguments>           the 1Password CLI on that account
  connect                  a Connect server, configured as the container is
`;

function processSurroundings() {
  return {
    env: process.env,
    cwd: process.cwd(),
    stdinIsPiped: isPipe(0),
    readStdin: async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of process.stdin) chunks.push(Buffer.from(chunk));
      return Buffer.concat(chunks).toString("utf8");
    },
    writeStdout: (text: string) => void process.stdout.write(text),
    writeStderr: (text: string) => void process.stderr.write(text),
  };
}

/** A terminal or the null device behind stdin has nothing to say. */
function isPipe(descriptor: number): boolean {
  try {
    const stat = fstatSync(descriptor);
    return stat.isFIFO() || stat.isSocket() || stat.isFile();
  } catch {
    return false;
  }
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(`opconnect-sandbox: ${message}\n`);
  process.exitCode = 70;
}
