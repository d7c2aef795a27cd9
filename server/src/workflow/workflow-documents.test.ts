import { readdirSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fulfillmentOrderEntityType, orderEntityType } from "../orders/entity-types.ts";
import type { DocumentChange } from "../platform/documents/document-kind.ts";
import type { NamedCall, StateDefinition, TransitionDefinition } from "./definition.ts";
import { parseDefinition } from "./parse-definition.ts";
import { descendants, resolveTarget } from "./state-paths.ts";
import { workflowDocuments } from "./workflow-documents.ts";

const FOLDER = new URL("../../workflows/", import.meta.url);
const kind = workflowDocuments({ entityTypes: [orderEntityType, fulfillmentOrderEntityType], shipped: [] });

type Json = Record<string, unknown>;
const shipped: Json[] = readdirSync(FOLDER).map(
  (file) => JSON.parse(readFileSync(new URL(file, FOLDER), "utf8")) as Json,
);
const named = (id: string): Json => structuredClone(shipped.find((one) => one["id"] === id)!);

function edited(id: string, edit: (document: Json) => void): Json {
  const document = named(id);
  edit(document);
  return document;
}

/** What stands at a path such as "states.created.always". */
function at<Part = Json>(document: Json, path: string): Part {
  return path.split(".").reduce((part: unknown, name) => (part as Json)[name], document) as Part;
}
function put(document: Json, path: string, value: unknown): void {
  const names = path.split(".");
  const last = names.pop()!;
  (names.length === 0 ? document : at(document, names.join(".")))[last] = value;
}
function take(document: Json, path: string): void {
  const names = path.split(".");
  const last = names.pop()!;
  delete at(document, names.join("."))[last];
}

const compare = (before: Json, after: Json): DocumentChange[] => kind.compare!(before, after);
const sentences = (before: Json, after: Json): string[] => compare(before, after).map(({ sentence }) => sentence);

test.each(shipped.map((document) => [document["id"] as string, document]))(
  "%s has neither faults nor warnings",
  (id, document) => {
    expect(kind.check(document, id)).toEqual({ faults: [], warnings: [] });
  },
);

describe("a workflow is not published", () => {
  const faultsAfter = (id: string, edit: (document: Json) => void) => kind.check(edited(id, edit), id).faults;

  test("with a transition for an event that nobody sends, unless it is a button or another system sends it", () => {
    const wait = {
      meta: { label: "confirmed", ignores: ["progressed"] },
      on: { decided: "processing", cancel: "cancelled" },
    };
    const add = (document: Json): void => {
      put(document, "states.review", structuredClone(wait));
      at<unknown[]>(document, "states.created.always").unshift({ target: "review", guard: "nothingPromised" });
    };
    expect(faultsAfter("standard-order", add)).toEqual([
      { pointer: "/states/review/on/decided", message: expect.stringContaining("nobody sends decided") },
    ]);
    const received = (document: Json): void => {
      add(document);
      put(document, "meta.receives", ["decided"]);
    };
    expect(faultsAfter("standard-order", received)).toEqual([]);
    const button = (document: Json): void => {
      add(document);
      const meta = { userAction: { label: "Decide", permission: "orders:write" } };
      put(document, "states.review.on.decided", { target: "processing", meta });
    };
    expect(faultsAfter("standard-order", button)).toEqual([]);
  });

  test("when a step tells what the next state does not react to, unless that state says that it ignores it", () => {
    const deaf = (document: Json): void => {
      take(document, "states.waitingForStock.on.progressed");
    };
    expect(faultsAfter("standard-order", deaf)).toEqual([
      {
        pointer: "/states/waitingForStock",
        message: expect.stringContaining("does not react to progressed, which the step cancelUnits may tell"),
      },
    ]);
    const ignoring = (document: Json): void => {
      deaf(document);
      put(document, "states.waitingForStock.meta.ignores", ["progressed"]);
    };
    expect(faultsAfter("standard-order", ignoring)).toEqual([]);
  });

  test("whichever reaction to a step's news is taken out of the shipped ones", () => {
    for (const document of shipped) {
      const parsed = parseDefinition(document);
      if ("faults" in parsed) throw new Error("faulty");
      for (const { pointer, on } of descendants(parsed.definition.root)) {
        if (!on.has("progressed")) continue;
        const id = document["id"] as string;
        const place = pointer.slice(1).replaceAll("/", ".");
        const faults = faultsAfter(id, (copy) => take(copy, `${place}.on.progressed`));
        expect([id, pointer, faults.length > 0]).toEqual([id, pointer, true]);
      }
    }
  });
});

describe("a workflow is warned of", () => {
  const warningsAfter = (id: string, edit: (document: Json) => void) => {
    const { faults, warnings } = kind.check(edited(id, edit), id);
    expect(faults).toEqual([]);
    return warnings;
  };

  test("a transition behind another one with the same condition", () => {
    const warnings = warningsAfter("standard-order", (document) => {
      at<unknown[]>(document, "states.processing.on.progressed").push({
        target: "cancelled",
        guard: "everythingCancelled",
      });
    });
    expect(warnings).toEqual([
      { pointer: "/states/processing/on/progressed/7", message: expect.stringContaining("same condition") },
    ]);
  });

  test("a transition that every state inside hides", () => {
    const warnings = warningsAfter("delivery-fulfillment", (document) => {
      put(document, "states.open.on.pack", { target: ".packed" });
      for (const inner of Object.values(at(document, "states.open.states")) as Json[])
        put(inner, "on.pack", { target: "packed" });
    });
    expect(warnings).toEqual([
      { pointer: "/states/open/on/pack", message: expect.stringContaining("every state inside") },
    ]);
  });

  test("timers that lead nowhere or perhaps nowhere, and delays that nobody uses", () => {
    const warnings = warningsAfter("pickup-fulfillment", (document) => {
      put(document, "meta.delays.unused", "P1D");
      put(document, "states.readyForPickup.after", {
        pickupWindow: [{ target: "expired", guard: "orderHeld", actions: "expireUnits" }],
        60000: { actions: "extendPickup" },
      });
    });
    expect(warnings.map(({ pointer }) => pointer)).toEqual([
      "/states/readyForPickup/after/60000",
      "/states/readyForPickup/after/pickupWindow",
      "/meta/delays/unused",
    ]);
  });

  test("a state in which it waits for a person for ever", () => {
    const review = (document: Json): void => {
      const button = { target: "processing", meta: { userAction: { label: "Go on", permission: "orders:write" } } };
      put(document, "states.review", { meta: { label: "confirmed", ignores: ["progressed"] }, on: { goOn: button } });
      at<unknown[]>(document, "states.created.always").unshift({ target: "review", guard: "nothingPromised" });
    };
    expect(warningsAfter("standard-order", review)).toEqual([
      { pointer: "/states/review", message: expect.stringContaining("waits for a person (goOn)") },
    ]);
    const limited = (document: Json): void => {
      review(document);
      put(document, "states.review.after", { 7200000: { target: "processing" } });
    };
    expect(warningsAfter("standard-order", limited)).toEqual([]);
  });
});

describe("two versions", () => {
  const changed = (id: string, edit: (document: Json) => void) => sentences(named(id), edited(id, edit));

  test("of gift wrap between pick and pack are told apart in words", () => {
    const told = changed("delivery-fulfillment", (document) => {
      const wrap = { label: "Wrap", permission: "fulfillment:write" };
      const pack = at(document, "states.open.states.picking.on.pack");
      put(document, "states.open.states.giftWrapping", { meta: { label: "picking" }, on: { pack } });
      put(document, "states.open.states.picking.on.wrap", { target: "giftWrapping", meta: { userAction: wrap } });
      take(document, "states.open.states.picking.on.pack");
    });
    expect(told).toEqual([
      "In open.picking, on pack: gone: go to open.packed, by the button en: Pack, de: Packen (fulfillment:write).",
      "In open.picking, on wrap: new: go to open.giftWrapping, by the button Wrap (fulfillment:write).",
      "State open.giftWrapping (shown as picking) is new.",
      "In open.giftWrapping, on pack: new: go to open.packed, by the button en: Pack, de: Packen (fulfillment:write).",
    ]);
  });

  test("with other conditions, steps, labels, buttons, timers and names are told apart in words", () => {
    const told = changed("standard-order", (document) => {
      const arrived = { label: "Arrived", permission: "orders:write" };
      put(document, "meta.title", "Order");
      put(document, "meta.delays.serviceWindow", "P10DT12H");
      put(document, "states.waitingForStock.meta.label", "processing");
      put(document, "states.created.always.0.guard", { type: "cel", params: { expression: "order.total > 100" } });
      put(document, "states.processing.on.sourced.actions", []);
      put(document, "states.shipped.on.progressed.0.meta", { userAction: arrived });
      at<unknown[]>(document, "states.processing.on.progressed").reverse();
    });
    expect(told).toEqual([
      "The workflow's name is now Order instead of Standard order.",
      "The delay serviceWindow is now 10 days 12 hours instead of 14 days.",
      "In created, at once to processing: the condition is now order.total > 100 instead of somethingPromised.",
      "The label of state waitingForStock is now processing instead of confirmed.",
      "In processing, on sourced: the steps are now none instead of createFulfillmentOrders.",
      "In processing, on progressed: the conditions are tried in another order.",
      "In shipped, on progressed to delivered: the button is now Arrived (orders:write) instead of none.",
    ]);
  });

  test("that say the same in other words do not differ", () => {
    const told = changed("standard-order", (document) => {
      put(document, "description", "Other words.");
      put(document, "states", Object.fromEntries(Object.entries(at(document, "states")).reverse()));
      put(document, "states.shipped.on.progressed", at(document, "states.shipped.on.progressed.0"));
      put(document, "states.waitingForStock.on.sourced", "processing");
    });
    expect(told).toEqual([]);
  });

  /** What a definition says, without places and words. */
  function meaningOf(document: Json): unknown {
    const parsed = parseDefinition(document);
    if ("faults" in parsed) return null;
    const { definition } = parsed;
    const call = ({ name, params }: NamedCall) => [name, params];
    const transition = (state: StateDefinition) => (one: TransitionDefinition) => [
      one.target === null ? null : (resolveTarget(definition, state, one.target)?.path ?? one.target),
      one.guard && call(one.guard),
      one.steps.map(call),
      one.reenter,
      one.userAction,
    ];
    const sortedEntries = (map: ReadonlyMap<string, readonly TransitionDefinition[]>, state: StateDefinition) =>
      [...map].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, list]) => [name, list.map(transition(state))]);
    const states = [definition.root, ...descendants(definition.root)].map((state) => [
      state.path,
      [state.label, state.final, state.initial, [...state.ignores].sort(), state.entry.map(call), state.exit.map(call)],
      sortedEntries(state.on, state),
      state.always.map(transition(state)),
      sortedEntries(state.after, state),
    ]);
    const byPath = states.sort(([a], [b]) => (String(a) < String(b) ? -1 : 1));
    return [
      definition.title,
      [...definition.delaysMs].map(([name, ms]) => `${name} ${ms}`).sort(),
      [...definition.receives].sort(),
      byPath,
    ];
  }

  /** Changes something anywhere: takes it out, writes it twice, or puts another part of the document in its place. */
  function mutate(document: Json, choices: readonly number[]): Json {
    const copy = structuredClone(document);
    for (const choice of choices) {
      const places: [Json, string][] = [];
      const walk = (at: Json): void => {
        for (const key of Object.keys(at)) {
          places.push([at, key]);
          if (typeof at[key] === "object" && at[key] !== null) walk(at[key] as Json);
        }
      };
      walk(copy);
      const [holder, key] = places[choice % places.length]!;
      const [otherHolder, otherKey] = places[(choice * 31) % places.length]!;
      if (choice % 3 === 0 && !Array.isArray(holder)) delete holder[key];
      else if (choice % 3 === 1) holder[key] = structuredClone(otherHolder[otherKey]);
      else if (!Array.isArray(holder)) holder[`${key}Too`] = structuredClone(holder[key]);
    }
    return copy;
  }

  test("differ in words exactly when they differ in meaning, whatever is changed", { timeout: 60_000 }, () => {
    const choices = fc.array(fc.nat({ max: 100_000 }), { minLength: 1, maxLength: 3 });
    const counts = { sound: 0, different: 0 };
    const original = new Map(shipped.map((document) => [document, meaningOf(document)]));
    fc.assert(
      fc.property(fc.constantFrom(...shipped), choices, choices, (document, first, second) => {
        const one = mutate(document, first);
        const meaning = meaningOf(one);
        if (meaning === null) return;
        const other = mutate(document, second);
        const otherMeaning = meaningOf(other);
        if (otherMeaning === null) return;
        for (const [before, after, is, was] of [
          [document, one, meaning, original.get(document)],
          [one, other, otherMeaning, meaning],
        ] as const) {
          const different = JSON.stringify(is) !== JSON.stringify(was);
          counts.sound++;
          counts.different += different ? 1 : 0;
          expect(compare(before, after).length > 0).toBe(different);
          expect(compare(after, after)).toEqual([]);
        }
      }),
      { numRuns: 3_000 },
    );
    expect(counts.sound).toBeGreaterThan(200);
    expect(counts.different).toBeGreaterThan(100);
  });
});
