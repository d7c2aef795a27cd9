import type { Publications } from "../../platform/documents/follow-publications.ts";
import type { Database } from "../../platform/db/database.ts";
import { statement } from "../../platform/db/statements.ts";
import type { SecretBox } from "../../platform/secrets.ts";
import { type CompiledSource, compileSource } from "./compile-source.ts";
import { SOURCE_KIND } from "./source-documents.ts";

/** The sources in force; a publication takes effect at once. */
export interface SourceDirectory {
  source(code: string): CompiledSource | undefined;
}

export async function followSources(
  publications: Publications,
  onError: (error: unknown) => void,
): Promise<SourceDirectory> {
  let sources = new Map<string, CompiledSource>();
  await publications.follow(SOURCE_KIND, (inForce) => {
    const next = new Map<string, CompiledSource>();
    for (const { code, content } of inForce.values()) {
      try {
        next.set(code, compileSource(code, content));
      } catch (error) {
        // Of a newer release, perhaps: that source goes on as it was, the others are not held up.
        const before = sources.get(code);
        if (before !== undefined) next.set(code, before);
        onError(error);
      }
    }
    sources = next;
  });
  return { source: (code) => sources.get(code) };
}

const readSecrets = statement<{ secret: Buffer; previous_secret: Buffer | null }>(
  "integrations.readInboundSecrets",
  `select secret, case when previous_secret_until > now() then previous_secret end as previous_secret
   from integrations.inbound_secrets where source = $1`,
);

/** Read for each request: a secret that was replaced is not believed for a moment longer than it should be. */
export async function secretsOf(database: Database, box: SecretBox, source: string): Promise<string[]> {
  const [row] = await database.read(readSecrets, [source]);
  if (row === undefined) return [];
  const sealed = row.previous_secret === null ? [row.secret] : [row.secret, row.previous_secret];
  return sealed.map((one) => box.open(one, secretContext(source)));
}

/** What a sealed secret is bound to. */
export function secretContext(source: string): string {
  return `inbound source ${source}`;
}
