#!/usr/bin/env node
import { rejoinWords } from "./aws-credentials/rejoin-words.ts";
import { runCommand } from "./run-command.ts";

process.exitCode = await runCommand(rejoinWords(process.argv.slice(2)));
