import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { pino } from "pino";
import { expect } from "vitest";
import { auditChecks } from "../../src/main/audit-checks.ts";
import { inboundJobKind } from "../../src/integrations/public.ts";
import { callJobKind, fireTimers } from "../../src/orders/public.ts";
import { systemClock } from "../../src/platform/clock.ts";
import { runAudit } from "../../src/platform/db/audit-check.ts";
import { startSequencer } from "../../src/platform/events/sequencer.ts";
import { startJobWorker } from "../../src/platform/jobs/run-jobs.ts";
import { escalateExceptions, escalateTasks, reportParkedJobs } from "../../src/tasks/public.ts";
import { type FrozenClock, freezeClock } from "../harness/frozen-clock.ts";
import { eventually, isFeedComplete, openRetailer, type Retailer } from "../harness/retailer.ts";
import { openSender, publishSource, type Sender } from "../inbound/sender.ts";
import { expectSame } from "./compare.ts";
import { TOLD_EVENTS, USER_EVENTS } from "./definition.ts";
import { ModelOrder } from "./model.ts";
import { Dice } from "../harness/dice.ts";
import { randomWorkflow } from "./random-workflow.ts";
import { answerOfCall, eventOfCall } from "./reading.ts";

/** A retailer whose workflows are random, with everything that moves orders, on a clock that only the trial moves. */
export interface Site {
  retailer: Retailer;
  clock: FrozenClock;
  sender: Sender;
  /** Whom the workflows' calls ask. */
  url: string;
  sku: string;
  trials: number;
  close(): Promise<void>;
}

export async function openSite(): Promise<Site> {
  let clock: FrozenClock | undefined;
  const retailer = await openRetailer({ prepare: async (database) => void (clock = await freezeClock(database)) });
  const { database, outbound, secrets, changeOrder } = retailer.application;
  const log = pino({ level: "error" }, { write: (line: string) => console.error(line) });
  const sequencer = startSequencer({ database, log });
  const worker = startJobWorker({
    database,
    log,
    reports: reportParkedJobs,
    kinds: [
      callJobKind({ database, outbound, secrets, clock: systemClock, changeOrder, left: () => [] }),
      inboundJobKind(retailer.application),
    ],
  });
  const asked = await listenToCalls();
  await publishSource(retailer, "tells", {
    signature: { scheme: "standardWebhooks" },
    toleranceSeconds: 300,
    event: { id: "/id", type: "/type" },
    fields: { order: "/order", score: "/score" },
    rules: TOLD_EVENTS.map((event) => ({
      name: event,
      when: `event.type == "${event}"`,
      about: { entity: "order", by: "id", field: "order" },
      event,
      data: { score: { field: "score" } },
    })),
  });
  const sender = openSender(retailer, "tells");
  return {
    retailer,
    clock: clock!,
    sender,
    url: `http://127.0.0.1:${(asked.address() as AddressInfo).port}/`,
    sku: await retailer.sku(),
    trials: 0,
    close: async () => {
      await sender.close();
      await worker.stop();
      await sequencer.stop();
      clock!.release();
      await retailer.close();
      asked.closeAllConnections();
      asked.close();
    },
  };
}

async function listenToCalls(): Promise<Server> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const { call } = JSON.parse(Buffer.concat(chunks).toString()) as { call: string };
      const { status, score } = answerOfCall(call);
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify({ score }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
}

export interface TrialSize {
  workflows: number;
  orders: number;
  batches: number;
}

interface Subject {
  id: string;
  model: ModelOrder;
}

/** What happened how often; a run that became blind on one of them fails. */
export type Exercised = Record<string, number>;

/**
 * Publishes random workflows, starts orders on them and lets things happen to all of them at once, batch after batch;
 * after each every order must be where the model says.
 */
export async function tryWorkflows(
  site: Site,
  numbers: readonly number[],
  size: TrialSize,
  exercised: Exercised,
): Promise<void> {
  const dice = new Dice(numbers);
  const trial = site.trials++;
  const definitions = Array.from({ length: size.workflows }, (_, index) =>
    randomWorkflow(
      `random-${trial}-${index}`,
      Array.from({ length: 60 }, () => dice.below(10_000)),
      site.url,
    ),
  );
  await publish(site, definitions);
  const subjects = await Promise.all(
    Array.from({ length: size.orders }, async (_, index): Promise<Subject> => {
      const definition = definitions[index % definitions.length]!;
      const model = new ModelOrder(definition);
      model.start(site.clock.now());
      const { id } = await site.retailer.capture({
        channel: "shop",
        type: "service",
        externalReference: `${definition.id}-${index}`,
        metadata: { flow: definition.id },
        lines: [{ sku: site.sku, quantity: 2, unitPrice: 100 }],
      });
      return { id, model };
    }),
  );
  await takeCalls(site, subjects);
  for (let batch = 0; batch <= size.batches; batch++) {
    if (batch > 0) {
      const plans = subjects.map((subject) => planOf(site, subject, dice));
      for (const { kind } of plans) exercised[kind] = (exercised[kind] ?? 0) + 1;
      await Promise.all(plans.map(({ perform }) => perform()));
      await takeCalls(site, subjects);
      await site.clock.move(
        site.retailer.database,
        dice.pick([0, 60_000, 7 * 60_000, 3_600_000, 86_400_000, -7_200_000, 200_000_000]),
      );
      await fire(site, subjects, exercised);
      await takeCalls(site, subjects);
    }
    await expectSame(site.retailer.database, subjects);
  }
  await eventually("the feed has all events", () => isFeedComplete(site.retailer.database), 20_000);
}

/** What labels say of units is the business of whoever draws a workflow, and random ones say anything. */
const OF_LABELS = "orders: an order without open units is finished, one with open units is not";

/** Everything else that `orrery audit` proves, liveness included. */
export async function auditTrial({ retailer: { database } }: Site): Promise<void> {
  const results = await runAudit(
    database,
    auditChecks.filter(({ name }) => name !== OF_LABELS),
  );
  expect(results.filter(({ violations }) => violations.length > 0)).toEqual([]);
}

async function publish({ retailer: { admin } }: Site, definitions: readonly { id: string }[]): Promise<void> {
  for (const definition of definitions) {
    const path = `/v1/documents/workflow/${definition.id}`;
    const draft = await admin.put<{ faults: object[] }>(`${path}/draft`, { content: definition });
    expect([draft.faults, definition]).toEqual([[], definition]);
    await admin.post(`${path}/publish`, { note: "Random" });
  }
  const rules = definitions.map(({ id }) => ({
    name: id,
    when: `has(order.metadata.flow) && order.metadata.flow == "${id}"`,
    workflow: id,
  }));
  const path = "/v1/documents/workflow-selection/order";
  const content = { title: "Random", entityType: "order", rules, otherwise: "standard-order" };
  await admin.put(`${path}/draft`, { content });
  await admin.post(`${path}/publish`, { note: "Random" });
}

interface Plan {
  kind: string;
  perform(): Promise<void>;
}

/** Something that may happen to an order now; the model is told when it has. */
function planOf(site: Site, subject: Subject, dice: Dice): Plan {
  const { model } = subject;
  const data: Record<string, number> = dice.oneIn(2) ? {} : { score: dice.below(10) };
  switch (dice.below(8)) {
    case 0:
    case 1:
      if (model.tasks.size > 0)
        return decide(site, subject, dice.pick([...model.tasks].sort()), `outcome${dice.below(2)}`);
      return press(site, subject, dice.pick(USER_EVENTS), data);
    case 2: {
      const event = { type: dice.pick(TOLD_EVENTS), data: { score: dice.below(10) } };
      // What is not taken is tried again for minutes: the trial of inbound events is about that.
      return model.wouldTake(event) === "taken" ? tell(site, subject, event) : press(site, subject, "press0", data);
    }
    case 3:
      if (model.holds.length > 0) return release(site, subject, dice.pick([...new Set(model.holds)]));
      return hold(site, subject, dice.pick(["doubt", "person"]));
    default: {
      const offered = [...model.offered().keys()].sort();
      // The end is for a few: what has ended goes nowhere.
      const usual = offered.filter((event) => dice.oneIn(12) || !["finish", "giveUp"].includes(event));
      return press(site, subject, usual.length === 0 || dice.oneIn(8) ? "press1" : dice.pick(usual), data);
    }
  }
}

function press({ retailer, clock }: Site, { id, model }: Subject, action: string, data: Record<string, number>): Plan {
  const whileHeld = model.offered().get(action);
  const event = { type: action, data };
  const expected = (): [number, string | undefined] => {
    if (whileHeld === undefined) return [409, "transitionNotAllowed"];
    if (model.holds.length > 0 && !whileHeld) return [409, "orderHeld"];
    const told = () => model.facts.push({ type: "order.actionTaken", action, data });
    return answerOf(model.take(clock.now(), event, told));
  };
  return {
    kind: "press",
    perform: async () => {
      const path = `/v1/orders/${id}/actions/${action}`;
      const { status, body } = await retailer.admin.ask<{ code?: string }>("POST", path, { data });
      expect([action, status, body.code]).toEqual([action, ...expected()]);
    },
  };
}

function answerOf(verdict: "taken" | "no" | "failed"): [number, string | undefined] {
  if (verdict === "taken") return [200, undefined];
  return [409, verdict === "no" ? "transitionNotAllowed" : "workflowFailed"];
}

function decide({ retailer, clock }: Site, { id, model }: Subject, title: string, outcome: string): Plan {
  return {
    kind: "decide",
    perform: async () => {
      const open = await retailer.admin.list<{ id: string; title: string }>(`/v1/tasks?order=${id}`);
      const task = open.find((one) => one.title === title)!;
      const answer = await retailer.admin.ask<{ code?: string }>("POST", `/v1/tasks/${task.id}/complete`, { outcome });
      // It is closed before anything new is asked.
      model.tasks.delete(title);
      const verdict = model.take(clock.now(), { type: outcome, data: {} });
      if (verdict !== "taken") model.tasks.add(title);
      expect([outcome, answer.status, answer.body.code]).toEqual([outcome, ...answerOf(verdict)]);
    },
  };
}

let told = 0;

function tell(
  { retailer, clock, sender }: Site,
  { id, model }: Subject,
  event: { type: string; data: { score: number } },
): Plan {
  return {
    kind: "tell",
    perform: async () => {
      const name = `told-${told++}`;
      expect((await sender.tell({ id: name, type: event.type, order: id, ...event.data })).status).toBe(202);
      await eventually(`${name} is applied`, async () => (await outcomeOf(retailer, name)) === "applied", 15_000);
      const { type: action, data } = event;
      expect(model.take(clock.now(), event, () => model.facts.push({ type: "order.actionTaken", action, data }))).toBe(
        "taken",
      );
    },
  };
}

async function outcomeOf(retailer: Retailer, name: string): Promise<string | null> {
  const { rows } = await retailer.database.pool.query<{ outcome: string | null }>(
    "select outcome from integrations.inbound_events where sender_id = $1",
    [name],
  );
  return rows[0]?.outcome ?? null;
}

function hold({ retailer }: Site, { id, model }: Subject, reason: string): Plan {
  return {
    kind: "hold",
    perform: async () => {
      await retailer.admin.post(`/v1/orders/${id}/holds`, { reason });
      model.hold(reason);
    },
  };
}

function release({ retailer }: Site, { id, model }: Subject, reason: string): Plan {
  return {
    kind: "release",
    perform: async () => {
      const { holds } = await retailer.order(id);
      const active = holds.find((one) => one.reason === reason && one.releasedAt === null)!;
      await retailer.admin.post(`/v1/orders/${id}/holds/${active.id}/release`, {});
      model.release(model.holds.indexOf(reason));
    },
  };
}

/** Until nobody waits for an answer of another system any more. */
async function takeCalls({ retailer, clock }: Site, subjects: readonly Subject[]): Promise<void> {
  await eventually(
    "all calls are answered",
    async () => {
      const { rows } = await retailer.database.pool.query<{ open: boolean }>(
        "select exists (select from platform.jobs where kind = 'workflowCall' and state in ('waiting', 'running', 'behind')) as open",
      );
      return !rows[0]!.open;
    },
    30_000,
  );
  for (const { model } of subjects) {
    for (let call = model.calls.shift(); call !== undefined; call = model.calls.shift()) {
      const event = eventOfCall(call);
      const { status } = answerOfCall(call);
      const fact = { type: "order.callAnswered", call, status, succeeded: status === 200 };
      model.take(clock.now(), event, () => model.facts.push(fact));
    }
  }
}

/** More than any order has timers due one after the other. */
const MOST_LOOKS = 500;

async function fire({ retailer, clock }: Site, subjects: readonly Subject[], exercised: Exercised): Promise<void> {
  const { database, changeOrder, planEscalation } = retailer.application;
  // Two workers look at once, and each again until nothing is due.
  const work = async (): Promise<void> => {
    // A look throws what one of its timers met: a step of a random workflow that fails. The others have fired.
    let failure: unknown;
    for (let looks = 0; looks < MOST_LOOKS; looks++) {
      try {
        failure = undefined;
        if ((await fireTimers(database, changeOrder)) === 0) break;
      } catch (error) {
        failure = error;
      }
    }
    if (failure !== undefined) throw failure;
    while (await escalateTasks(database));
    while (await escalateExceptions(database, planEscalation));
  };
  await Promise.all([work(), work()]);
  for (const { model } of subjects)
    for (let name = model.fire(clock.now()); name !== null; name = model.fire(clock.now()))
      exercised["fire"] = (exercised["fire"] ?? 0) + 1;
}
