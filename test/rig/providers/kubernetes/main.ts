import { serveProvider } from "../serve-provider.ts";
import { createKubernetesProvider } from "./provider.ts";

await serveProvider({ name: "kubernetes", create: createKubernetesProvider });
