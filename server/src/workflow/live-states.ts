import type { Database, Transaction } from "../platform/db/database.ts";
import { arrayLiteral, statement } from "../platform/db/statements.ts";
import { labelOf } from "./check-definition.ts";
import { parseDefinition } from "./parse-definition.ts";
import { descendants, isLeaf } from "./state-paths.ts";

/** A state in which entities can stand. */
export interface Leaf {
  path: string;
  label: string;
  final: boolean;
  /** Has eventless transitions: nothing is to be put there, because they are looked at only when it is entered by an event. */
  passing: boolean;
}

/** The leaf states of a sound document, in its order. */
export function leavesOf(document: unknown): Leaf[] {
  const parsed = parseDefinition(document);
  if ("faults" in parsed) throw new Error(`Not a definition: ${JSON.stringify(parsed.faults)}`);
  const leaves = [...descendants(parsed.definition.root)].filter(isLeaf);
  return leaves.map((leaf) => ({
    path: leaf.path,
    label: labelOf(leaf) ?? "",
    final: leaf.final,
    passing: leaf.always.length > 0,
  }));
}

export interface DefinitionVersion {
  id: number;
  /** Version of the document; null: the previous release added it beside this one. */
  version: number | null;
  entityType: string;
  leaves: Leaf[];
}

const readVersions = statement<{ id: number; document_version: number | null; entity_type: string; document: unknown }>(
  "workflow.readAllVersions",
  "select id, document_version, entity_type, document from workflow.definitions where code = $1 order by version desc",
);

export async function versionsOf(
  reading: Pick<Database | Transaction, "read">,
  code: string,
): Promise<DefinitionVersion[]> {
  const rows = await reading.read(readVersions, [code]);
  return rows.map((row) => ({
    id: row.id,
    version: row.document_version,
    entityType: row.entity_type,
    leaves: leavesOf(row.document),
  }));
}

export interface LiveState {
  definitionId: number;
  state: string;
  count: number;
  medianDwellSeconds: number;
  oldestAt: Date;
}

// By entity type and state, the index finds them among all that has ended.
const countLive = statement<{
  definition_id: number;
  state: string;
  count: number;
  median_seconds: number;
  oldest_at: Date;
}>(
  "workflow.countLiveStates",
  `select definition_id, state, count(*)::int as count, min(entered_at) as oldest_at,
          percentile_cont(0.5) within group (order by extract(epoch from now() - entered_at)) as median_seconds
     from workflow.instances where entity_type = $1 and state = any($2::text[]) and definition_id = any($3::int[])
    group by definition_id, state`,
);

/** How many entities stand in each state that is not an end, and for how long, by the database's clock. */
export async function countLiveStates(
  reading: Pick<Database | Transaction, "read">,
  versions: readonly DefinitionVersion[],
): Promise<LiveState[]> {
  const [first] = versions;
  if (first === undefined) return [];
  const open = new Map(versions.map(({ id, leaves }) => [id, leaves.filter(({ final }) => !final)]));
  const paths = [...new Set([...open.values()].flatMap((leaves) => leaves.map(({ path }) => path)))];
  const rows = await reading.read(countLive, [
    first.entityType,
    arrayLiteral("text", paths),
    arrayLiteral("int", [...open.keys()]),
  ]);
  return rows
    .filter(({ definition_id, state }) => open.get(definition_id)!.some(({ path }) => path === state))
    .map((row) => ({
      definitionId: row.definition_id,
      state: row.state,
      count: row.count,
      medianDwellSeconds: Math.round(row.median_seconds),
      oldestAt: row.oldest_at,
    }));
}
