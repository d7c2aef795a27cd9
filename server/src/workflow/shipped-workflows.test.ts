import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { effectInTable, type Flags, XStateOracle } from "../../test/harness/xstate-oracle.ts";
import { fulfillmentOrderEntityType, orderEntityType } from "../orders/entity-types.ts";
import { hashOf } from "../platform/documents/content.ts";
import { compileWorkflow } from "./compile.ts";
import type { EntityType, State, Workflow } from "./compiled.ts";

const FOLDER = new URL("../../workflows/", import.meta.url);
const files = readdirSync(FOLDER).filter((file) => file.endsWith(".json"));
const document = (file: string): object => JSON.parse(readFileSync(new URL(file, FOLDER), "utf8"));

/** The same names, but every guard is a flag. */
function withFlags(entityType: EntityType): EntityType {
  const guards = Object.keys(entityType.guards).map((name) => [
    name,
    { prepare: () => (flags: Flags) => flags[name] === true },
  ]);
  return { ...entityType, guards: Object.fromEntries(guards) };
}

const entityTypes = [orderEntityType, fulfillmentOrderEntityType];

function compiled(file: string, types: readonly EntityType[] = entityTypes): Workflow {
  const result = compileWorkflow(document(file), types);
  if ("faults" in result) throw new Error(`${file}: ${JSON.stringify(result.faults)}`);
  return result.workflow;
}

/** Those that decide what an event does in a state, and what follows at once. */
function guardsOf(workflow: Workflow, state: State | null, event: string): string[] {
  const follow = [...workflow.states.values()].flatMap(({ always }) => always);
  const transitions = [...(state?.on.get(event) ?? []), ...follow];
  return [...new Set(transitions.flatMap(({ guards }) => guards.map(({ name }) => name)))];
}

function combinations(names: readonly string[]): Flags[] {
  return Array.from({ length: 1 << names.length }, (_, bits) =>
    Object.fromEntries(names.map((name, index) => [name, (bits & (1 << index)) !== 0])),
  );
}

test("every shipped workflow has no faults against what orders declare", () => {
  expect(files.map((file) => compiled(file).id).sort()).toEqual([
    "back-order",
    "delivery-fulfillment",
    "drop-ship-fulfillment",
    "drop-ship-order",
    "exchange-order",
    "make-to-order",
    "pickup-fulfillment",
    "pickup-order",
    "pre-order",
    "service-order",
    "ship-from-store-fulfillment",
    "standard-order",
  ]);
});

/** What each version says. Installations take a shipped workflow only when its version is higher than what they have. */
const VERSIONS: Record<string, string> = {
  "back-order 3": "c7142a7e0ace5c6a",
  "delivery-fulfillment 3": "fab67c15be9e411f",
  "drop-ship-fulfillment 2": "3b800d54dadea534",
  "drop-ship-order 2": "8a1996c778c539f5",
  "exchange-order 2": "e15f497194574982",
  "make-to-order 2": "d2c2a7c8c636dc47",
  "pickup-fulfillment 4": "f850dce7d0f2cbb0",
  "pickup-order 6": "da21c55077642076",
  "pre-order 3": "b891541926528983",
  "service-order 2": "361965cf3b89aa93",
  "ship-from-store-fulfillment 2": "c5ccd3a7d65004ed",
  "standard-order 6": "44eaeb4c217aac26",
};

test("a shipped workflow that changes gets the next version: raise it in the file, and note here what it says", () => {
  const said = files.map((file) => {
    const content = document(file) as { id: string; version: string };
    return [`${content.id} ${content.version}`, hashOf(content).toString("hex").slice(0, 16)];
  });
  expect(Object.fromEntries(said)).toEqual(VERSIONS);
});

describe.each(files)("%s", (file) => {
  test("means the same to XState: every state, every event, every answer of the guards that it asks", {
    timeout: 60_000,
  }, () => {
    const workflow = compiled(file, entityTypes.map(withFlags));
    const delays: Record<string, number> = {};
    for (const { timers } of workflow.states.values()) {
      for (const { event, delayMs } of timers) delays[event.split(".")[2] ?? ""] = delayMs;
    }
    const events = [...new Set([...workflow.states.values()].flatMap(({ on }) => [...on.keys()])), "unknown"];
    const oracles = new Map<string, XStateOracle>();
    const none = Object.fromEntries(
      entityTypes.flatMap(({ guards }) => Object.keys(guards).map((name) => [name, false])),
    );
    const oracleFor = (flags: Flags): XStateOracle => {
      const key = JSON.stringify(Object.entries(flags).filter(([, isSet]) => isSet));
      const oracle = oracles.get(key) ?? new XStateOracle(document(file), { ...none, ...flags }, delays);
      oracles.set(key, oracle);
      return oracle;
    };
    for (const flags of combinations(guardsOf(workflow, null, "")))
      expect(effectInTable(workflow, null, "", flags)).toEqual(oracleFor(flags).initial);
    for (const state of workflow.states.values()) {
      if (state.final) continue;
      for (const event of events) {
        for (const flags of combinations(guardsOf(workflow, state, event))) {
          const effect = effectInTable(workflow, state.path, event, flags);
          expect([state.path, event, effect]).toEqual([state.path, event, oracleFor(flags).at(state.path).send(event)]);
        }
      }
    }
  });
});

describe("a fulfillment order", () => {
  const delivery = compiled("delivery.fulfillment-order.json");
  const pickup = compiled("pickup.fulfillment-order.json");
  const allowedIn = (workflow: Workflow, event: string) =>
    [...workflow.states.values()].filter(({ events }) => events.includes(event)).map(({ path }) => path);

  test("ships in one call from wherever it is, as long as the location has not finished", () => {
    const open = ["open.created", "open.accepted", "open.picking", "open.packed"];
    expect(allowedIn(delivery, "ship")).toEqual(open);
    expect(allowedIn(pickup, "ready")).toEqual(open);
  });

  test("is rejected only before it is packed, and withdrawn only before it has left", () => {
    for (const workflow of [delivery, pickup]) {
      expect(allowedIn(workflow, "reject")).toEqual(["open.created", "open.accepted", "open.picking"]);
    }
    expect(allowedIn(delivery, "withdraw")).not.toContain("dispatched");
    expect(allowedIn(pickup, "withdraw")).toContain("readyForPickup");
  });

  test("that has shipped in part is not closed by a rejection: what left can still be delivered", () => {
    const workflow = compiled("delivery.fulfillment-order.json", entityTypes.map(withFlags));
    for (const state of ["open.created", "open.accepted", "open.picking"]) {
      expect(effectInTable(workflow, state, "reject", { nothingShipped: true })?.state).toBe("rejected");
      expect(effectInTable(workflow, state, "reject", {})).toEqual({ state, steps: ["withdrawUnits"], timers: [] });
      expect(effectInTable(workflow, state, "progressed", { everythingShipped: true })?.state).toBe("dispatched");
    }
  });

  test("shows only labels that the design names, with a button for everything a person does", () => {
    expect(Object.fromEntries([...delivery.states].map(([path, { label }]) => [path, label]))).toMatchObject({
      "open.created": "created",
      "open.accepted": "scheduled",
      dispatched: "dispatched",
    });
    expect(
      delivery.states
        .get("open.accepted")
        ?.userActions.map(({ event }) => event)
        .sort(),
    ).toEqual(expect.arrayContaining(["pack", "reject", "ship", "startPicking"]));
  });
});

describe("an order", () => {
  test.each(["standard-delivery.order.json", "pickup.order.json"])("%s: is cancelled until it has shipped", (file) => {
    const workflow = compiled(file);
    for (const path of ["created", "processing", "readyForPickup"]) {
      expect(workflow.states.get(path)?.events ?? ["cancel"]).toContain("cancel");
    }
    for (const path of ["shipped", "delivered", "complete", "cancelled"]) {
      expect(workflow.states.get(path)?.events).not.toContain("cancel");
    }
  });
});
