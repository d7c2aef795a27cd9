import { registerHooks } from "node:module";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";

/**
 * Writes the client of the API: `node console/generate-client.ts [OPENAPI.json [FOLDER]]`, by default from
 * server/openapi.json to src/api/generated. `npm run generate` runs it, and checks with another folder.
 *
 * The generator prints its code with the compiler's JavaScript API, which TypeScript 7 no longer has. So the
 * generator alone is given the TypeScript 6 that the console's workspace keeps for it; all checks use version 7.
 */
const here = import.meta.url;
registerHooks({
  resolve: (specifier, context, next) =>
    next(specifier, specifier === "typescript" ? { ...context, parentURL: here } : context),
});

const { createClient } = await import("@hey-api/openapi-ts");
const place = (path: string) => fileURLToPath(new URL(path, here));

const [input = place("../server/openapi.json"), folder = place("src/api/generated")] = process.argv.slice(2);

await createClient({
  input,
  output: { path: folder, module: { extension: ".ts" } },
  plugins: [
    "@hey-api/typescript",
    {
      name: "@hey-api/client-fetch",
      runtimeConfigPath: resolve(folder, "../client-settings.ts"),
      throwOnError: true,
      baseUrl: false,
    },
    "@hey-api/sdk",
  ],
});
