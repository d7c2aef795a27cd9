import fc from "fast-check";
import { Type } from "typebox";
import { describe, expect, test } from "vitest";
import { compileWorkflow } from "./compile.ts";
import type { EntityType, Workflow } from "./compiled.ts";
import { parseDurationMs } from "./parse-definition.ts";
import { planTransition } from "./plan-transition.ts";

interface Parcel {
  weight: number;
}

const parcelType: EntityType<Parcel> = {
  name: "parcel",
  labels: ["open", "closed"],
  guards: {
    isHeavy: {
      prepare:
        () =>
        ({ weight }) =>
          weight > 10,
    },
    weighsAtLeast: {
      params: Type.Object({ grams: Type.Integer({ minimum: 1 }) }, { additionalProperties: false }),
      prepare:
        ({ grams }) =>
        ({ weight }) =>
          weight >= (grams as number),
    },
    breaks: {
      prepare: () => () => {
        throw new Error("scale is broken");
      },
    },
  },
  steps: { weigh: {}, wrap: { params: Type.Object({ paper: Type.String() }) }, tell: {} },
};

const base = {
  id: "parcel-flow",
  initial: "inside",
  meta: { entityType: "parcel", title: "Parcel" },
  states: {
    inside: { meta: { label: "open" }, on: { leave: "gone" } },
    gone: { type: "final", meta: { label: "closed" } },
  },
};

/** The base document with one state `inside` replaced. */
function withInside(inside: object, more: object = {}): object {
  return { ...base, ...more, states: { ...base.states, inside: { meta: { label: "open" }, ...inside } } };
}

function workflowOf(document: unknown): Workflow {
  const compiled = compileWorkflow(document, [parcelType]);
  if ("faults" in compiled) throw new Error(JSON.stringify(compiled.faults));
  return compiled.workflow;
}

function faultsOf(document: unknown): string[] {
  const compiled = compileWorkflow(document, [parcelType]);
  return "faults" in compiled ? compiled.faults.map(({ pointer, message }) => `${pointer} ${message}`) : [];
}

describe("a definition is refused, with the place of every fault,", () => {
  test.each<[string, object | string | null, string]>([
    ["when it is no object", "statechart", " must be object"],
    ["when a required field is missing", { ...base, meta: { title: "x" } }, "/meta/entityType is required"],
    ["for an unknown field", { ...base, context: {} }, "/context is not part of the workflow format"],
    ["for parallel states", { ...base, type: "parallel" }, "/type is not part of the workflow format"],
    ["for history states", withInside({ type: "history" }), "/states/inside/type must be"],
    ["for invoked actors", withInside({ on: { leave: "gone" }, invoke: {} }), "/states/inside/invoke is not part of"],
    ["for onDone", withInside({ on: { leave: "gone" }, onDone: "gone" }), "/states/inside/onDone is not part of"],
    ["for wildcards", withInside({ on: { "*": "gone" } }), "/states/inside/on/* is not an event name"],
    ["for an event name with a slash", withInside({ on: { "a/b": "gone" } }), "/states/inside/on/a~1b is not an event"],
    [
      "for a state name with a dot",
      { ...base, states: { ...base.states, "a.b": {} } },
      "/states/a.b is not a state name",
    ],
    [
      "for an unknown entity type",
      { ...base, meta: { ...base.meta, entityType: "box" } },
      "/meta/entityType must be one of parcel",
    ],
    [
      "for a label that the entity cannot show",
      withInside({ meta: { label: "lost" }, on: { leave: "gone" } }),
      "/states/inside/meta/label must be one of open, closed",
    ],
    ["without a label", withInside({ meta: {}, on: { leave: "gone" } }), "/states/inside/meta needs a label"],
    [
      "for an initial state that is not there",
      { ...base, initial: "nowhere" },
      "/initial is none of the states inside",
    ],
    [
      "for a target that is not there",
      withInside({ on: { leave: "nowhere" } }),
      "/states/inside/on/leave leads to no state",
    ],
    [
      "for a target by foreign ID",
      withInside({ on: { leave: "#other.gone" } }),
      "/states/inside/on/leave leads to no state",
    ],
    [
      "for two targets",
      withInside({ on: { leave: { target: ["gone"] } } }),
      "/states/inside/on/leave/target must name one state",
    ],
    [
      "for an unknown step",
      withInside({ entry: ["weigh", "fly"], on: { leave: "gone" } }),
      "/states/inside/entry/1 is no step of parcel: fly",
    ],
    [
      "for a step named like an inherited property",
      withInside({ entry: "constructor", on: { leave: "gone" } }),
      "/states/inside/entry is no step",
    ],
    [
      "for a step's wrong parameters",
      withInside({ entry: { type: "wrap", params: { paper: 3 } }, on: { leave: "gone" } }),
      "/states/inside/entry/params/paper must be string",
    ],
    [
      "for parameters of a step without",
      withInside({ entry: { type: "weigh", params: { fast: true } }, on: { leave: "gone" } }),
      "/states/inside/entry/params weigh takes no parameters",
    ],
    [
      "for an unknown guard",
      withInside({ on: { leave: { target: "gone", guard: "isRed" } } }),
      "/states/inside/on/leave/guard is no guard of parcel: isRed",
    ],
    [
      "for an unknown guard among several",
      withInside({
        on: { leave: { target: "gone", guard: { type: "allOf", params: { guards: ["isHeavy", "isRed"] } } } },
      }),
      "/states/inside/on/leave/guard/params/guards/1 is no guard",
    ],
    [
      "for an allOf without guards",
      withInside({ on: { leave: { target: "gone", guard: { type: "allOf" } } } }),
      "/states/inside/on/leave/guard needs params.guards",
    ],
    [
      "for a guard's wrong parameters",
      withInside({ on: { leave: { target: "gone", guard: { type: "weighsAtLeast", params: { grams: 0 } } } } }),
      "/states/inside/on/leave/guard/params/grams must be >= 1",
    ],
    [
      "for a transition that can never be taken",
      withInside({ on: { leave: [{ target: "gone" }, { target: "gone", guard: "isHeavy" }] } }),
      "/states/inside/on/leave/1 can never be taken",
    ],
    [
      "for an eventless transition without target",
      withInside({ always: { actions: "weigh" }, on: { leave: "gone" } }),
      "/states/inside/always must have a target",
    ],
    [
      "for an eventless transition to itself",
      withInside({ always: "inside", on: { leave: "gone" } }),
      "/states/inside/always would run forever",
    ],
    [
      "for a delay that is not declared",
      withInside({ after: { soon: "gone" } }),
      "/states/inside/after/soon is not among the delays",
    ],
    [
      "for a delay beyond ten years",
      withInside({ after: { "999999999999": "gone" } }),
      "/states/inside/after/999999999999 must be at most ten years",
    ],
    [
      "for a duration nobody can read",
      { ...base, meta: { ...base.meta, delays: { soon: "1 day" } } },
      '/meta/delays/soon must be a duration such as "P14D"',
    ],
    [
      "for a final state that goes on",
      {
        ...base,
        states: { ...base.states, gone: { type: "final", meta: { label: "closed" }, on: { back: "inside" } } },
      },
      "/states/gone is final",
    ],
    [
      "for a final state inside another",
      withInside({ initial: "end", states: { end: { type: "final" } }, on: { leave: "gone" } }),
      "/states/inside/states/end is final inside another state",
    ],
    [
      "for a timer around other states",
      withInside({ initial: "a", states: { a: {} }, after: { "1000": "gone" }, on: { leave: "gone" } }),
      "/states/inside/after is only allowed",
    ],
    [
      "for a state nobody can reach",
      { ...base, states: { ...base.states, island: { meta: { label: "open" }, on: { leave: "gone" } } } },
      "/states/island can never be reached",
    ],
    [
      "for a dead end",
      {
        ...base,
        states: {
          ...base.states,
          inside: { meta: { label: "open" }, on: { leave: "gone", lose: "lost" } },
          lost: { meta: { label: "open" } },
        },
      },
      "/states/lost is a dead end",
    ],
    ["without an end", { ...base, states: { inside: { meta: { label: "open" } } } }, "/states must have a final state"],
  ])("%s", (_, document, expected) => {
    expect(faultsOf(document).join("\n")).toContain(expected);
  });

  test("and several faults are reported together", () => {
    const faults = faultsOf(withInside({ entry: "fly", on: { leave: "nowhere", lose: { guard: "isRed" } } }));
    expect(faults).toHaveLength(3);
  });

  test("whatever it is: nothing makes the compiler throw", () => {
    const strange = fc.oneof(
      fc.jsonValue(),
      fc.constant(base),
      fc.constantFrom("inside", "gone", "#parcel-flow.gone", ".x", 1, null),
    );
    const state = fc.record(
      {
        initial: strange,
        states: fc.dictionary(fc.string(), strange),
        on: strange,
        always: strange,
        after: strange,
        entry: strange,
        exit: strange,
        meta: strange,
      },
      { requiredKeys: [] },
    );
    const documents = fc.oneof(
      strange,
      fc.record({
        ...mapped(base),
        states: fc.dictionary(fc.constantFrom("inside", "gone", "__proto__", "a"), state),
        on: strange,
        always: strange,
      }),
    );
    fc.assert(
      fc.property(documents, (document) => {
        expect(() => compileWorkflow(document, [parcelType])).not.toThrow();
      }),
      { numRuns: 1000 },
    );
  });

  test("also when it is nested without end or enormous", () => {
    let nested: object = {};
    for (let i = 0; i < 50_000; i++) nested = { initial: "a", states: { a: nested } };
    expect(faultsOf({ ...base, states: { inside: nested } }).join("\n")).toContain("nested deeper than 5 levels");
    const states = Object.fromEntries(Array.from({ length: 5000 }, (_, i) => [`s${i}`, { meta: { label: "open" } }]));
    expect(faultsOf({ ...base, states }).join("\n")).toContain("beyond the limit of 200 states");
    const few = Object.fromEntries(Object.entries(states).slice(0, 190));
    const on = Object.fromEntries(
      Array.from({ length: 50 }, (_, i) => [`e${i}`, Array(10).fill({ guard: "isHeavy" })]),
    );
    expect(faultsOf({ ...base, on, states: { ...base.states, ...few } })).toEqual([
      expect.stringContaining("/states has more than 20000 transitions"),
    ]);
  });
});

function mapped(document: Record<string, unknown>): Record<string, fc.Arbitrary<unknown>> {
  return Object.fromEntries(Object.entries(document).map(([key, value]) => [key, fc.constant(value)]));
}

describe("a compiled workflow", () => {
  const nested = workflowOf({
    ...base,
    states: {
      inside: {
        meta: { label: "open" },
        initial: "small",
        entry: "weigh",
        exit: "tell",
        states: {
          small: { entry: { type: "wrap", params: { paper: "brown" } }, exit: "weigh", on: { swap: "big" } },
          big: { on: { swap: { target: "small", guard: "isHeavy" } } },
        },
        on: {
          leave: {
            target: "gone",
            actions: "tell",
            meta: { userAction: { label: "Send", permission: "parcels:write" } },
          },
          note: { actions: "tell" },
        },
      },
      gone: base.states.gone,
    },
  });
  const stepsOf = (state: string, event: string) => {
    const plan = planTransition(nested, state, { type: event }, { weight: 20 });
    return plan.kind === "moves" ? plan.transitions.flatMap(({ steps }) => steps.map(({ name }) => name)) : plan.kind;
  };

  test("lists the exact steps of every transition: out, across, in", () => {
    expect(nested.initial.steps.map(({ name, params }) => [name, params])).toEqual([
      ["weigh", {}],
      ["wrap", { paper: "brown" }],
    ]);
    expect(stepsOf("inside.small", "swap")).toEqual(["weigh"]);
    expect(stepsOf("inside.big", "swap")).toEqual(["wrap"]);
    expect(stepsOf("inside.small", "leave")).toEqual(["weigh", "tell", "tell"]);
    expect(stepsOf("inside.big", "note")).toEqual(["tell"]);
  });

  test("shows labels of enclosing states and the buttons of each state", () => {
    expect(nested.states.get("inside.big")).toMatchObject({
      label: "open",
      final: false,
      events: ["leave", "note", "swap"],
      userActions: [{ event: "leave", label: "Send", permission: "parcels:write" }],
    });
    expect(nested.states.get("gone")).toMatchObject({ label: "closed", final: true, events: [] });
  });

  test("refuses an event with what is possible, and the guard that said no", () => {
    expect(planTransition(nested, "gone", { type: "leave" }, { weight: 1 })).toMatchObject({
      kind: "notAllowed",
      allowedEvents: [],
    });
    expect(planTransition(nested, "inside.big", { type: "swap" }, { weight: 1 })).toEqual({
      kind: "notAllowed",
      state: "inside.big",
      event: "swap",
      allowedEvents: ["leave", "note", "swap"],
      refusedBy: ["isHeavy"],
    });
    expect(planTransition(nested, null, { type: "leave" }, {})).toMatchObject({
      kind: "notAllowed",
      allowedEvents: ["start"],
    });
    expect(planTransition(nested, "inside.big", { type: "start" }, {})).toMatchObject({ kind: "notAllowed" });
  });

  test("fails closed when a guard throws or the state is unknown", () => {
    const broken = workflowOf(withInside({ on: { leave: [{ target: "gone", guard: "breaks" }, { target: "gone" }] } }));
    expect(planTransition(broken, "inside", { type: "leave" }, { weight: 1 })).toMatchObject({ kind: "failed" });
    expect(planTransition(broken, "elsewhere", { type: "leave" }, { weight: 1 })).toMatchObject({ kind: "failed" });
  });

  test("goes no further than the transition of the event when eventless ones go round in a circle", () => {
    const circle = workflowOf({
      ...base,
      states: {
        inside: { meta: { label: "open" }, on: { leave: "gone", spin: "a" } },
        a: { meta: { label: "open" }, always: { target: "b", guard: "isHeavy" }, on: { leave: "gone" } },
        b: { meta: { label: "open" }, always: { target: "a", guard: "isHeavy" } },
        gone: base.states.gone,
      },
    });
    expect(planTransition(circle, "inside", { type: "spin" }, { weight: 20 })).toMatchObject({
      kind: "moves",
      transitions: [{ to: { path: "a" } }],
      stopped: { error: expect.any(Error) },
    });
    expect(planTransition(circle, "inside", { type: "spin" }, { weight: 1 })).toMatchObject({ kind: "moves" });
  });

  test("starts the timers of the state it enters", () => {
    const timed = workflowOf({
      ...withInside({ after: { soon: { target: "gone", actions: "tell" }, "60000": { actions: "weigh" } } }),
      meta: { ...base.meta, delays: { soon: "P1DT12H" } },
    });
    expect(timed.initial.to.timers).toEqual([
      { event: "xstate.after.60000.parcel-flow.inside", delayMs: 60_000 },
      { event: "xstate.after.soon.parcel-flow.inside", delayMs: 36 * 3_600_000 },
    ]);
    expect(timed.initial.to.events).toEqual([]);
  });
});

test("durations are whole weeks, days, hours, minutes and seconds", () => {
  expect(parseDurationMs("P2W")).toBe(14 * 86_400_000);
  expect(parseDurationMs("PT30M")).toBe(1_800_000);
  expect(parseDurationMs("P1DT2H3M4S")).toBe(93_784_000);
  for (const text of ["", "P", "PT", "P1DT", "1D", "P1M", "P1Y", "P-1D", "PT1.5H", "P1D2H"]) {
    expect([text, parseDurationMs(text)]).toEqual([text, null]);
  }
});
