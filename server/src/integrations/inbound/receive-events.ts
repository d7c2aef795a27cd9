import { Counter } from "prom-client";
import { Batcher, type Outcome } from "../../platform/batching.ts";
import type { Clock } from "../../platform/clock.ts";
import type { Database, Transaction } from "../../platform/db/database.ts";
import { arrayLiteral, statement } from "../../platform/db/statements.ts";
import { TokenBuckets } from "../../platform/http/rate-limit.ts";
import { newId } from "../../platform/ids.ts";
import { enqueueJobs } from "../../platform/jobs/enqueue-jobs.ts";
import { common, Refusal } from "../../platform/refusals.ts";
import type { SecretBox } from "../../platform/secrets.ts";
import type { CompiledSource } from "./compile-source.ts";
import type { EventFacts } from "./inbound-context.ts";
import { entityKeyOf, meaningOf, readEvent } from "./read-event.ts";
import { type SourceDirectory, secretsOf } from "./source-directory.ts";
import { refuseStale, verifyRequest } from "./verify-request.ts";

export const INBOUND = "inbound";
export const MAX_BODY_BYTES = 1_048_576;
/**
 * Per source and address of the caller, so that a stranger who knows the address of a source does not lock its sender
 * out. Verifying takes some 20 µs; a burst of a carrier's nightly batch passes.
 */
const RATE = { perSecond: 500, burst: 2_000 };

export interface ReceiverDependencies {
  database: Database;
  clock: Clock;
  secrets: SecretBox;
  sources: SourceDirectory;
}

export interface InboundRequest {
  source: string;
  address: string;
  headers: Readonly<Record<string, string | string[] | undefined>>;
  body: Buffer;
}

export interface Received {
  /** We have had it before; nothing was changed. */
  duplicate: boolean;
}

interface NewEvent {
  facts: EventFacts;
  entityKey: string | null;
  sealed: Buffer;
  id: string;
}

const requests = new Counter({
  name: "orrery_inbound_requests_total",
  help: "Events that other systems sent to this process, by source and what became of the request.",
  labelNames: ["source", "outcome"],
});

/** Takes events of other systems: verified, then kept once with the job that applies them, then acknowledged. */
export function createReceiver(dependencies: ReceiverDependencies): (request: InboundRequest) => Promise<Received> {
  const buckets = new TokenBuckets(RATE);
  const keeping = new Batcher<NewEvent, Received>({
    name: "receiveInboundEvents",
    // The sender's ID tells.
    isRepeatable: () => true,
    run: (events) => dependencies.database.transaction((transaction) => keepEvents(transaction, events)),
  });
  const take = async (source: CompiledSource, request: InboundRequest): Promise<Received> => {
    const waitSeconds = buckets.take(`${source.code} ${request.address}`);
    if (waitSeconds > 0) throw common.refuse("tooManyRequests", { details: { retryAfterSeconds: waitSeconds } });
    const facts = await verified(dependencies, source, request);
    const id = newId();
    const sealed = dependencies.secrets.seal(request.body.toString("utf8"), bodyContext(id));
    return await keeping.submit({ facts, entityKey: entityKeyOf(meaningOf(source, facts)), sealed, id });
  };
  return async (request) => {
    const source = dependencies.sources.source(request.source);
    if (source === undefined) throw common.refuse("notFound", { message: `There is no source ${request.source}.` });
    try {
      const received = await take(source, request);
      requests.inc({ source: source.code, outcome: received.duplicate ? "duplicate" : "stored" });
      return received;
    } catch (error) {
      requests.inc({ source: source.code, outcome: error instanceof Refusal ? error.code : "failed" });
      throw error;
    }
  };
}

async function verified(
  { database, clock, secrets }: ReceiverDependencies,
  source: CompiledSource,
  { headers, body }: InboundRequest,
): Promise<EventFacts> {
  const { content } = source;
  verifyRequest(content, await secretsOf(database, secrets, source.code), { headers, body, now: clock.now() });
  const headerId = content.signature.scheme === "standardWebhooks" ? headers["webhook-id"] : undefined;
  const facts = readEvent(source, body.toString("utf8"), typeof headerId === "string" ? headerId : undefined);
  if (content.signature.scheme === "hmacSha256") refuseStale(facts.time!, content.toleranceSeconds, clock.now());
  return facts;
}

/** What a sealed body is bound to. */
export function bodyContext(eventId: string): string {
  return `inbound event ${eventId}`;
}

const insertEvents = statement<{ id: string }>(
  "integrations.insertInboundEvents",
  `insert into integrations.inbound_events (id, source, sender_id, type, occurred_at, sequence, entity_key, body, job_id)
   select id, source, sender_id, type, occurred_at, sequence, entity_key, body, id
   from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::timestamptz[], $6::bigint[], $7::text[], $8::bytea[])
     as given (id, source, sender_id, type, occurred_at, sequence, entity_key, body)
   order by source, sender_id
   on conflict (source, sender_id) do nothing returning id`,
);

async function keepEvents(transaction: Transaction, events: readonly NewEvent[]): Promise<Outcome<Received>[]> {
  const column = <Value>(type: Parameters<typeof arrayLiteral>[0], read: (event: NewEvent) => Value): string =>
    arrayLiteral(type, events.map(read) as never);
  const kept = await transaction.read(insertEvents, [
    column("uuid", ({ id }) => id),
    column("text", ({ facts }) => facts.source),
    column("text", ({ facts }) => facts.id),
    column("text", ({ facts }) => facts.type),
    column("timestamptz", ({ facts }) => facts.time),
    column("bigint", ({ facts }) => facts.sequence),
    column("text", ({ entityKey }) => entityKey),
    column("bytea", ({ sealed }) => sealed),
  ]);
  enqueueJobs(
    transaction,
    kept.map(({ id }) => ({ id, kind: INBOUND, payload: { eventId: id } })),
  );
  const ids = new Set(kept.map(({ id }) => id));
  return events.map(({ id }) => ({ ok: true, value: { duplicate: !ids.has(id) } }));
}
