import { printCredentials } from "./aws-credentials/commands/print-credentials.ts";
import { rejoinWords } from "./aws-credentials/commands/rejoin-words.ts";
import { quickOptions } from "./aws-credentials/session/request-options.ts";

const argv = rejoinWords(process.argv.slice(2));
const quick = quickOptions(argv);
if (quick === undefined) {
  const { runCommand } = await import("./run-command.ts");
  process.exitCode = await runCommand(argv);
} else {
  await printCredentials(quick).catch(async (error: unknown) => {
    const { reportFailure } = await import("./terminal/failure.ts");
    process.exitCode = reportFailure(error);
  });
}
