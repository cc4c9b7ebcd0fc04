import { createCipheriv, createDecipheriv, createHash, randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseJson } from "@opconnect/core/json";
import { z } from "zod";
import type { FleetProject } from "../../stacks/project.ts";
import { cacheFolder, readCached, tidyFolder, writeCached } from "../cache-folder.ts";
import { type CompiledProgram, compilerFile } from "./compile.ts";
import { findEntry } from "./entry.ts";
import { findOwnRuntime } from "./own-runtime.ts";
import { askAgain, isKind, type Question, type Questions } from "./questions.ts";

/**
 * The program as it was compiled before, if nothing differs that its check and its compilation
 * followed from: TypeScript itself, settings, and every answer of the file system, those that a file
 * is not there among them.
 */
export async function findKeptProgram(project: FleetProject): Promise<CompiledProgram | undefined> {
  const cached = await readCached(fileOf(project));
  const { success, data } = keptSchema.safeParse(parseJson(cached?.text ?? ""));
  if (!success) return undefined;
  const questions = data.questions.map(([kind, path]): Question => [kind, path]);
  const key = keyOf(
    project,
    questions.map((question) => [question, askAgain(question)]),
  );
  if (nameOf(key) !== data.key) return undefined;
  return opened(data.program, key);
}

/**
 * Keeps a compiled program for the next time. A program's text may hold what is secret, so it is
 * encrypted with what it was compiled from: who has not got that cannot read it.
 */
export async function keepProgram(
  project: FleetProject,
  program: CompiledProgram,
  { asked }: Questions,
): Promise<void> {
  if (asked === undefined) return;
  const key = keyOf(project, asked);
  const kept: z.infer<typeof keptSchema> = {
    key: nameOf(key),
    questions: asked.map(([question]) => [...question]),
    program: sealed(program, key),
  };
  await tidyFolder(cacheFolder(NAME), MAX_AGE_MS);
  await writeCached(fileOf(project), JSON.stringify(kept));
}

/** One for each program, and for each way to compile it. */
function fileOf(project: FleetProject): string {
  const { root, programFolder, entryPoint } = project;
  const name = digest([root, programFolder, entryPoint, ...settings()]).toString("hex");
  return join(cacheFolder(NAME), `${name}.json`);
}

/** Follows from all that the result follows from. */
function keyOf(project: FleetProject, asked: readonly (readonly [Question, string])[]): Buffer {
  const typescript = findOwnRuntime(project.programFolder).typescriptFile();
  return digest([
    ...[FORMAT, process.version, process.platform, ...settings()],
    ...[JSON.stringify(project), JSON.stringify(findEntry(project))],
    ...[readFileSync(compilerFile), typescript, readFileSync(typescript)],
    ...asked.flatMap(([question, answer]) => [...question, answer]),
  ]);
}

function settings(): readonly string[] {
  return [process.env.PULUMI_NODEJS_TRANSPILE_ONLY ?? ""];
}

/** Tells that a key is the right one, and does not tell the key. */
function nameOf(key: Buffer): string {
  return digest(["name", key]).toString("hex");
}

function sealed(program: CompiledProgram, key: Buffer): string {
  const nonce = randomBytes(12);
  const cipher = createCipheriv("aes-256-gcm", key, nonce);
  const text = Buffer.concat([cipher.update(JSON.stringify(program)), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), text]).toString("base64");
}

function opened(text: string, key: Buffer): CompiledProgram | undefined {
  const bytes = Buffer.from(text, "base64");
  try {
    const nonce = bytes.subarray(0, 12);
    const decipher = createDecipheriv("aes-256-gcm", key, nonce, { authTagLength: 16 });
    decipher.setAuthTag(bytes.subarray(12, 28));
    const plain = Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]);
    const { success, data } = programSchema.safeParse(parseJson(plain.toString("utf8")));
    return success ? data : undefined;
  } catch {
    return undefined;
  }
}

function digest(parts: readonly (string | Buffer)[]): Buffer {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(`${Buffer.byteLength(part)}\n`).update(part);
  return hash.digest();
}

const keptSchema = z.object({
  key: z.string(),
  questions: z.array(z.tuple([z.string().refine(isKind), z.string()])),
  program: z.string(),
});

const programSchema = z.object({ files: z.record(z.string(), z.string()) });

const NAME = "fleet-programs";

/** Changes with what is kept. */
const FORMAT = "opconnect program 1";

const MAX_AGE_MS = 30 * 24 * 60 * 60 * 1000;
