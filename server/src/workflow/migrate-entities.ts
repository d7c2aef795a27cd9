import { Type, type Static } from "typebox";
import type { Database } from "../platform/db/database.ts";
import { arrayLiteral, statement } from "../platform/db/statements.ts";
import type { Origin } from "../platform/events/record-events.ts";
import { itemProblem, ItemProblem } from "../platform/http/bulk.ts";
import { textField, wholeField } from "../platform/http/described.ts";
import { common, Refusal } from "../platform/refusals.ts";
import { StateMapping, refuseWrongTargets } from "./keep-live-states.ts";
import { type DefinitionVersion, versionsOf } from "./live-states.ts";

/** One entity to move, as it was seen; under its lock it is moved only if it still stands there. */
export interface PlannedMove {
  entityId: string;
  fromDefinitionId: number;
  fromState: string;
  toDefinitionId: number;
  toState: string;
}

/** Moves entities of one type, each under its lock; answers one outcome per move, in order: null, or why not. */
export type MoveEntities = (moves: readonly PlannedMove[], origin: Origin) => Promise<(Error | null)[]>;

export const MAX_MOVES = 1_000;

export const Migration = Type.Object(
  {
    toVersion: Type.Integer({ minimum: 1, maximum: 1_000_000_000, description: "Where to.", examples: [3] }),
    mapping: Type.Optional(StateMapping),
    limit: Type.Optional(
      Type.Integer({ minimum: 1, maximum: MAX_MOVES, description: "At most so many in this call.", examples: [500] }),
    ),
    dryRun: Type.Optional(Type.Boolean({ description: "Only tell what would be moved.", examples: [true] })),
  },
  {
    additionalProperties: false,
    $id: "WorkflowMigration",
    description: "What runs on earlier versions goes on in this one.",
  },
);

export const MigrationAnswer = Type.Object(
  {
    items: Type.Array(
      Type.Object({
        entityId: textField("ID of the order or fulfillment order.", "0193461e-a1f0-7000-8a2b-5d3c7e9f0b1d"),
        status: Type.Enum(["ok", "refused", "planned"], {
          description: "planned: in a dry run.",
          examples: ["ok"],
        }),
        from: textField("State that it was in.", "open.giftWrapping"),
        to: textField("State in the new version.", "open.packed"),
        problem: Type.Optional(ItemProblem),
      }),
      { description: "What became of each." },
    ),
    left: wholeField("How many more would be moved by the same call.", 0),
    unmapped: wholeField("How many stand in states that the new version does not have, without a mapping.", 0),
  },
  { $id: "WorkflowMigrationAnswer", description: "What was moved; repeat the call until nothing is left." },
);

const findLive = statement<{ entity_id: string; definition_id: number; state: string }>(
  "workflow.findEntitiesToMove",
  `select i.entity_id, i.definition_id, i.state from workflow.instances i
     join unnest($2::int[], $3::text[]) as u (definition_id, state) on u.definition_id = i.definition_id and u.state = i.state
    where i.entity_type = $1 and i.state = any($3::text[]) order by i.entity_id limit $4::int`,
);

const countFrom = statement<{ count: number }>(
  "workflow.countEntitiesToMove",
  `select count(*)::int as count from workflow.instances i
     join unnest($2::int[], $3::text[]) as u (definition_id, state) on u.definition_id = i.definition_id and u.state = i.state
    where i.entity_type = $1 and i.state = any($3::text[])`,
);

interface Source {
  definitionId: number;
  state: string;
  to: string | null;
}

/** Moves what runs on other versions: states of the same name by themselves, others as mapped, chunk by chunk (X5). */
export async function migrateEntities(
  database: Database,
  moverOf: (entityType: string) => MoveEntities,
  code: string,
  { toVersion, mapping = {}, limit = MAX_MOVES, dryRun = false }: Static<typeof Migration>,
  origin: Origin,
): Promise<Static<typeof MigrationAnswer>> {
  const versions = await versionsOf(database, code);
  const target = versions.find(({ version }) => version === toVersion);
  if (target === undefined)
    throw common.refuse("notFound", { message: `There is no version ${toVersion} of the workflow ${code}.` });
  refuseWrongTargets(target.leaves, mapping, "/mapping");
  const sources = sourcesOf(versions, target, mapping);
  const mapped = sources.filter(({ to }) => to !== null);
  const rows = await database.read(findLive, [target.entityType, ...columnsOf(mapped), limit]);
  const moves = rows.map((row): PlannedMove => {
    const source = mapped.find(({ definitionId, state }) => definitionId === row.definition_id && state === row.state);
    return {
      entityId: row.entity_id,
      fromDefinitionId: row.definition_id,
      fromState: row.state,
      toDefinitionId: target.id,
      toState: source!.to!,
    };
  });
  const outcomes = dryRun ? [] : await moverOf(target.entityType)(moves, origin);
  const [open] = await database.read(countFrom, [target.entityType, ...columnsOf(mapped)]);
  const [unmapped] = await database.read(countFrom, [
    target.entityType,
    ...columnsOf(sources.filter(({ to }) => to === null)),
  ]);
  return {
    items: moves.map(({ entityId, fromState, toState }, index) => {
      const error = outcomes[index];
      const item = { entityId, from: fromState, to: toState };
      if (dryRun) return { ...item, status: "planned" as const };
      if (error === null || error === undefined) return { ...item, status: "ok" as const };
      if (!(error instanceof Refusal)) throw error;
      return { ...item, status: "refused" as const, problem: itemProblem(error, index) };
    }),
    left: dryRun ? Math.max(0, open!.count - moves.length) : open!.count,
    unmapped: unmapped!.count,
  };
}

function sourcesOf(
  versions: readonly DefinitionVersion[],
  target: DefinitionVersion,
  mapping: Record<string, string>,
): Source[] {
  const stays = new Set(target.leaves.filter(({ final, passing }) => !final && !passing).map(({ path }) => path));
  return versions
    .filter(({ id }) => id !== target.id)
    .flatMap(({ id, leaves }) =>
      leaves
        .filter(({ final }) => !final)
        .map(({ path }) => ({
          definitionId: id,
          state: path,
          to: Object.hasOwn(mapping, path) ? mapping[path]! : stays.has(path) ? path : null,
        })),
    );
}

function columnsOf(sources: readonly Source[]): [string, string] {
  return [
    arrayLiteral(
      "int",
      sources.map(({ definitionId }) => definitionId),
    ),
    arrayLiteral(
      "text",
      sources.map(({ state }) => state),
    ),
  ];
}
