import pg from "pg";
import { openDatabase } from "../server/src/platform/db/database.ts";
import { bulkInsert } from "../server/src/platform/db/statements.ts";
import { defineContext } from "../server/src/platform/expressions/compile-expression.ts";
import { newId } from "../server/src/platform/ids.ts";
import {
  createEngine,
  type DescribedEntityType,
  type Engine,
  type StepRun,
  type WorkflowEntity,
} from "../server/src/workflow/public.ts";
import type { Bench } from "./runner/bench.ts";
import { interleave } from "./runner/interleave.ts";
import { median, spread } from "./runner/percentiles.ts";

const ENTITIES = 256;
const BATCHES = 24;
const ROUNDS = 11;

/** A ticket goes round; each time three steps write a row of their own. */
const DEFINITION = {
  id: "bench-ticket",
  version: "1",
  initial: "open",
  meta: { entityType: "ticket", title: "Ticket" },
  states: {
    open: { meta: { label: "open" }, on: { work: { target: "busy", actions: ["note", "count", "bill"] } } },
    busy: {
      meta: { label: "busy" },
      on: { work: { target: "open", actions: ["note", "count", "bill"] }, end: "done" },
    },
    done: { type: "final", meta: { label: "done" } },
  },
} as const;
const STEPS = ["note", "count", "bill"] as const;

interface Ticket {
  rows: Map<string, { ticket_id: string; amount: number }[]>;
}

const ticketType: DescribedEntityType<Ticket> = {
  name: "ticket",
  title: "ticket",
  labels: ["open", "busy", "done"],
  guards: {},
  steps: Object.fromEntries(STEPS.map((name) => [name, { description: `Writes a row of ${name}.` }])),
  events: { work: { description: "Somebody works on it." }, end: { description: "It is done." } },
  conditions: defineContext({}),
};

const steps: ReadonlyMap<string, StepRun> = new Map(
  STEPS.map((name): [string, StepRun] => [
    `ticket.${name}`,
    (items) => {
      for (const { subject } of items)
        (subject.entity.context as Ticket).rows.get(name)!.push({ ticket_id: subject.id, amount: 1 });
    },
  ]),
);

const inserts = new Map(
  STEPS.map((name) => [
    name,
    bulkInsert<{ ticket_id: string; amount: number }>(`bench.${name}`, `bench.${name}`, {
      ticket_id: "uuid",
      amount: "int",
    }),
  ]),
);

const bench: Bench = {
  name: "workflow",
  summary: `transitions of ${ENTITIES} entities a transaction with three steps each, against the same rows written by hand in SQL`,
  async run(context) {
    const { url, pool, settle } = await context.startDatabase();
    await pool.query("create schema bench");
    for (const name of STEPS)
      await pool.query(`create table bench.${name} (ticket_id uuid not null, amount int not null)`);
    const ids = Array.from({ length: 2 * ENTITIES }, () => newId());
    const { rows } = await pool.query<{ id: number }>(
      `insert into workflow.definitions (code, entity_type, version, document, content_hash)
       values ('bench-ticket', 'ticket', 1, $1, '\\x00') returning id`,
      [JSON.stringify(DEFINITION)],
    );
    const definitionId = rows[0]!.id;
    await pool.query(
      `insert into workflow.instances (entity_id, entity_type, definition_id, state, entry, entered_at)
       select id, 'ticket', $2, 'open', 1, now() from unnest($1::uuid[]) as id`,
      [ids, definitionId],
    );
    await settle();
    const database = openDatabase({ url, connections: 2 });
    const publications = {
      inForce: () => new Map<string, never>(),
      follow: async (_kind: string, take: (inForce: ReadonlyMap<string, never>) => unknown) => {
        await take(new Map<string, never>());
      },
      refresh: async () => undefined,
      unknownForMs: 0,
      stop: async () => undefined,
    };
    const engine = await createEngine({
      database,
      entityTypes: [ticketType],
      steps,
      publications,
      othersRun: () => false,
      onError: () => {},
    });
    const tickets = ids.slice(0, ENTITIES).map((id) => ticketOf(id, definitionId));
    const writer = await openWriter(url);
    const places = new Map(ids.slice(ENTITIES).map((id) => [id, { state: "open", entry: 1 }]));

    const { subject, reference, ratios } = await interleave({
      rounds: ROUNDS,
      subject: () => perSecond(() => work(database, engine, tickets)),
      reference: () => perSecond(() => writer.write(places)),
      ratio: (one, other) => one / other,
    });
    await assertSame(pool, ids);
    await writer.close();
    await database.close();
    context.table([
      { "transitions per second": "engine", figure: spread(subject, 0), ratio: spread(ratios, 2) },
      { "transitions per second": "by hand in SQL", figure: spread(reference, 0), ratio: "1" },
    ]);
    return {
      ratio: median(ratios),
      transitionsPerSecond: Math.round(median(subject)),
      referencePerSecond: Math.round(median(reference)),
    };
  },
};
export default bench;

async function perSecond(batch: () => Promise<void>): Promise<number> {
  const begun = performance.now();
  for (let number = 0; number < BATCHES; number++) await batch();
  return (BATCHES * ENTITIES * 1_000) / (performance.now() - begun);
}

function ticketOf(id: string, definitionId: number): WorkflowEntity {
  return {
    id,
    root: id,
    entityType: "ticket",
    place: { definitionId, state: "open", entry: 1 },
    context: { rows: new Map() } satisfies Ticket,
    occurredAt: new Date(),
    actor: "system:bench",
    withoutTimers: false,
  };
}

async function work(
  database: ReturnType<typeof openDatabase>,
  engine: Engine,
  tickets: readonly WorkflowEntity[],
): Promise<void> {
  await database.transaction(async (transaction) => {
    const rows: Ticket["rows"] = new Map(STEPS.map((name) => [name, []]));
    for (const ticket of tickets) (ticket.context as Ticket).rows = rows;
    await engine.ensure(
      transaction,
      tickets.map(({ place }) => place.definitionId),
    );
    const requests = tickets.map((entity) => ({ entity, event: { type: "work" } }));
    const { outcomes } = await engine.run(transaction, requests, new Date());
    if (outcomes.some(({ kind }) => kind !== "moved")) throw new Error("A ticket did not move.");
    for (const name of STEPS) transaction.insert(inserts.get(name)!, rows.get(name)!);
  });
}

/** What an engineer writes who knows that nothing else will ever be asked: five statements, each prepared and waited for. */
async function openWriter(url: string) {
  const client = new pg.Client({ connectionString: url });
  // A lost connection fails the statement under way, where it is heard of.
  client.on("error", () => undefined);
  await client.connect();
  const run = (name: string, text: string, values: unknown[]): Promise<unknown> => client.query({ name, text, values });
  return {
    write: async (places: Map<string, { state: string; entry: number }>): Promise<void> => {
      const before = [...places];
      for (const [, place] of before) {
        place.state = place.state === "open" ? "busy" : "open";
        place.entry++;
      }
      const ids = before.map(([id]) => id);
      const states = before.map(([, { state }]) => state);
      const entries = before.map(([, { entry }]) => entry);
      await client.query("begin");
      await run(
        "instances",
        `update workflow.instances i set state = u.state, entry = u.entry, entered_at = now()
           from unnest($1::uuid[], $2::text[], $3::int[]) as u (entity_id, state, entry) where i.entity_id = u.entity_id`,
        [ids, states, entries],
      );
      await run(
        "history",
        `insert into workflow.history (entity_id, entry, event, from_state, to_state, occurred_at, actor)
         select id, entry, 'work', case state when 'open' then 'busy' else 'open' end, state, now(), 'system:bench'
           from unnest($1::uuid[], $2::text[], $3::int[]) as u (id, state, entry)`,
        [ids, states, entries],
      );
      for (const name of STEPS)
        await run(name, `insert into bench.${name} (ticket_id, amount) select id, 1 from unnest($1::uuid[]) as id`, [
          ids,
        ]);
      await client.query("commit");
    },
    close: () => client.end(),
  };
}

/** Both have written the same: as many entries, rows of history and rows of each step per entity. */
async function assertSame(pool: pg.Pool, ids: readonly string[]): Promise<void> {
  const counts = STEPS.map((name) => `(select count(*) from bench.${name} b where b.ticket_id = i.entity_id)`);
  const { rows } = await pool.query<{ kinds: number }>(
    `select count(distinct (i.entry, i.state, (select count(*) from workflow.history h where h.entity_id = i.entity_id),
       ${counts.join(", ")}))::int as kinds from workflow.instances i where i.entity_id = any($1::uuid[])`,
    [ids],
  );
  if (rows[0]!.kinds !== 1) throw new Error("The engine and the reference have not written the same rows.");
}
