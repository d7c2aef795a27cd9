import { createHmac } from "node:crypto";
import { Pool } from "undici";
import { Webhook } from "standardwebhooks";
import { expect } from "vitest";
import { eventually, type Retailer } from "../harness/retailer.ts";

/** Another system that tells a retailer events, signed by Standard Webhooks. */
export interface Sender {
  code: string;
  tell(event: Told, options?: TellOptions): Promise<TellAnswer>;
  close(): Promise<void>;
}

export interface Told {
  id: string;
  [field: string]: unknown;
}

export interface TellOptions {
  /** When it says that it sends; now when absent. */
  at?: Date;
  /** Signed with another secret. */
  forged?: boolean;
}

export interface TellAnswer {
  status: number;
  body: { duplicate?: boolean; code?: string };
}

export const SECRET = `whsec_${Buffer.alloc(32, 5).toString("base64")}`;
const FORGED = `whsec_${Buffer.alloc(32, 6).toString("base64")}`;

export const EVENT = { type: "/type", time: "/time" };

/** Publishes a source and gives it its secret. */
export async function publishSource(retailer: Retailer, code: string, content: object, secret = SECRET): Promise<void> {
  const path = `/v1/documents/inbound-source/${code}`;
  await retailer.admin.put(`${path}/draft`, { content: { title: code, ...content } });
  await retailer.admin.post(`${path}/publish`, { note: "For a test" });
  await retailer.admin.post(`/v1/inbound-sources/${code}/secret`, { secret, overlapHours: 0 });
}

export function openSender(retailer: Retailer, code: string): Sender {
  const pool = new Pool(retailer.url, { connections: 32 });
  const signer = new Webhook(SECRET);
  const forger = new Webhook(FORGED);
  return {
    code,
    tell: async (event, { at = new Date(), forged = false } = {}) => {
      const body = JSON.stringify(event);
      const headers = {
        "content-type": "application/json",
        "webhook-id": event.id,
        "webhook-timestamp": String(Math.floor(at.getTime() / 1_000)),
        "webhook-signature": (forged ? forger : signer).sign(event.id, at, body),
      };
      return await post(pool, `/v1/inbound/${code}`, body, headers);
    },
    close: () => pool.close(),
  };
}

export async function post(
  pool: Pool,
  path: string,
  body: string,
  headers: Record<string, string>,
): Promise<TellAnswer> {
  const answer = await pool.request({ method: "POST", path, body, headers });
  return { status: answer.statusCode, body: (await answer.body.json()) as TellAnswer["body"] };
}

export function hmacOf(secret: string, body: string): string {
  return createHmac("sha256", secret).update(body).digest("hex");
}

export interface Counts {
  applied: number;
  ignored: number;
  parked: number;
  waiting: number;
  mostTries: number;
}

export async function countsOf(retailer: Retailer, source: string): Promise<Counts> {
  const { rows } = await retailer.database.pool.query<Counts>(
    `select count(*) filter (where outcome = 'applied')::int as applied, count(*) filter (where outcome = 'ignored')::int as ignored,
       count(*) filter (where outcome is null and j.state = 'parked')::int as parked,
       count(*) filter (where outcome is null and j.state in ('waiting', 'running', 'behind'))::int as waiting,
       coalesce(max(attempts), 0)::int as "mostTries"
     from integrations.inbound_events e join platform.jobs j on j.id = e.job_id where source = $1`,
    [source],
  );
  return rows[0]!;
}

const HASTEN = `
  with hastened as (
    update platform.jobs set due_at = now() where kind = 'inbound' and state = 'waiting' and attempts > 0 and due_at > now())
  select exists (select from integrations.inbound_events e join platform.jobs j on j.id = e.job_id
    where e.source = $1 and e.outcome is null and j.state in ('waiting', 'running', 'behind')) as waits`;

/**
 * Whatever has failed is tried again now, until nothing waits any more. What waits behind another is left alone: its end
 * starts it, and trying it before would be all that the worker does.
 */
export async function untilSettled(retailer: Retailer, source: string, withinMs = 20_000): Promise<Counts> {
  const { pool } = retailer.database;
  await eventually(
    `nothing of ${source} waits`,
    async () => !(await pool.query<{ waits: boolean }>(HASTEN, [source])).rows[0]!.waits,
    withinMs,
  );
  return await countsOf(retailer, source);
}

export function expectKept(answers: readonly TellAnswer[]): void {
  expect(answers.filter(({ status }) => status !== 202)).toEqual([]);
}
