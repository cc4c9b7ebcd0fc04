import { serveProvider } from "../serve-provider.ts";

await serveProvider();
