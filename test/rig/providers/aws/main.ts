import { serveProvider } from "../serve-provider.ts";
import { createAwsProvider } from "./provider.ts";

await serveProvider({ name: "aws", create: createAwsProvider });
