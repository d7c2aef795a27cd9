import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compileWorkflow } from "./compile.ts";
import { type EntityType, START, type StepCall, type Transition, type Workflow } from "./compiled.ts";
import { type ExecuteStep, MAX_ROUNDS, runWorkflows, startedTimers, type Subject } from "./run.ts";
import { runSteps, type Track } from "./run-steps.ts";

interface Context {
  units: number;
}

const boxType: EntityType<Context> = {
  name: "box",
  labels: ["open", "shut"],
  guards: {
    isFull: {
      prepare:
        () =>
        ({ units }) =>
          units >= 3,
    },
  },
  steps: { fill: {}, count: {}, tell: {}, seal: {} },
};

const shut = { type: "final", meta: { label: "shut" } };

function boxWorkflow(states: object, initial = "empty"): Workflow {
  const meta = { entityType: "box", title: "Box", delays: { soon: "PT1H" } };
  const compiled = compileWorkflow({ id: "box-flow", initial, meta, states }, [boxType]);
  if ("faults" in compiled) throw new Error(JSON.stringify(compiled.faults));
  return compiled.workflow;
}

const label = { label: "open" };
const flow = boxWorkflow({
  empty: {
    meta: label,
    on: { fill: { target: "filled", actions: ["fill", "count"] }, drop: { target: "shut", actions: "tell" } },
  },
  filled: {
    meta: label,
    entry: "tell",
    always: { target: "packed", guard: "isFull", actions: "seal" },
    on: { fill: { actions: ["fill", "count"] }, drop: { target: "shut", actions: "tell" } },
  },
  packed: { meta: label, after: { soon: "shut" }, on: { drop: { target: "shut", actions: "tell" } } },
  shut,
});

interface Box extends Subject {
  readonly context: Context;
}

function box(id: string, state: string | null = "empty", more: Partial<Box> = {}): Box {
  return { id, root: id, workflow: flow, state, context: { units: 0 }, ...more };
}

/** Records every call as "step: who, who". */
function recorder(answer: ExecuteStep<Box> = () => undefined) {
  const calls: string[] = [];
  const execute: ExecuteStep<Box> = (step, items) => {
    calls.push(`${step.name}: ${items.map(({ subject }) => subject.id).join(", ")}`);
    return answer(step, items);
  };
  return { calls, execute };
}

const send = (subject: Box, type: string) => ({ subject, event: { type } });

describe("a run", () => {
  test("executes each step once for all entities, in the order in which their events arrived", async () => {
    const { calls, execute } = recorder();
    const boxes = [box("a"), box("b", "filled"), box("c"), box("d")];
    const [a, b, c, d] = boxes as [Box, Box, Box, Box];
    const { progress, outcomes } = await runWorkflows(
      [send(a, "fill"), send(b, "fill"), send(c, "drop"), send(d, "fill")],
      execute,
    );
    expect(calls).toEqual(["fill: a, b, d", "count: a, b, d", "tell: a, c, d"]);
    expect(outcomes.map(({ kind }) => kind)).toEqual(["moved", "moved", "moved", "moved"]);
    expect(progress.map(({ subject, state, label: shown }) => [subject.id, state, shown])).toEqual([
      ["a", "filled", "open"],
      ["b", "filled", "open"],
      ["c", "shut", "shut"],
      ["d", "filled", "open"],
    ]);
  });

  test("follows eventless transitions and reports every state passed", async () => {
    const full = box("a", "empty", { context: { units: 3 } });
    const { calls, execute } = recorder();
    const { progress } = await runWorkflows([send(full, "fill")], execute);
    expect(calls).toEqual(["fill: a", "count: a", "tell: a", "seal: a"]);
    expect(progress[0]?.moves.map(({ transition }) => [transition.from, transition.to.path])).toEqual([
      ["empty", "filled"],
      ["filled", "packed"],
    ]);
    expect(progress[0] && startedTimers(progress[0])).toEqual([
      { event: "xstate.after.soon.box-flow.packed", delayMs: 3_600_000 },
    ]);
  });

  test("refuses what a state does not take, without touching the others", async () => {
    const { calls, execute } = recorder();
    const { outcomes, progress } = await runWorkflows([send(box("a"), "melt"), send(box("b"), "drop")], execute);
    expect(outcomes).toMatchObject([
      {
        kind: "refused",
        refusal: { kind: "notAllowed", state: "empty", event: "melt", allowedEvents: ["drop", "fill"] },
      },
      { kind: "moved" },
    ]);
    expect(calls).toEqual(["tell: b"]);
    expect(progress[0]).toMatchObject({ state: "empty", moves: [], failure: null });
  });

  test("feeds what steps emit back, starts new entities, and notes news that nobody takes", async () => {
    const parent = box("parent");
    const { calls, execute } = recorder((step, items) => {
      if (step.name !== "count" || items[0]?.subject !== parent) return;
      const child = box("child", null, { root: "parent" });
      return { emitted: [{ subject: child, event: START }, send(child, "drop"), send(parent, "melt")] };
    });
    const { progress, outcomes } = await runWorkflows([send(parent, "fill")], execute);
    expect(outcomes).toHaveLength(1);
    expect(calls).toEqual(["fill: parent", "count: parent", "tell: parent", "tell: child"]);
    expect(progress[1]).toMatchObject({ subject: { id: "child" }, state: "shut" });
    expect(progress[1]?.moves.map(({ transition }) => transition.from)).toEqual([null, "empty"]);
    expect(progress[0]?.ignored).toMatchObject([{ event: "melt", state: "filled" }]);
  });

  test("lets the first of two requests under one lock finish with all its consequences before the second begins", async () => {
    const order = box("order", "filled", { root: "order" });
    const part = box("part", "empty", { root: "order" });
    const { calls, execute } = recorder((step, items) => {
      // What happens to the part closes the order.
      if (step.name === "count" && items[0]?.subject === part) return { emitted: [send(order, "drop")] };
      return;
    });
    const { outcomes } = await runWorkflows(
      [send(part, "fill"), send(order, "fill"), send(box("other"), "drop")],
      execute,
    );
    expect(outcomes.map(({ kind }) => kind)).toEqual(["moved", "refused", "moved"]);
    expect(calls).toEqual(["fill: part", "count: part", "tell: part, other", "tell: order"]);
  });

  test("leaves an entity whose step fails in its last consistent state, and the others go on", async () => {
    const boxes = [box("a", "empty", { context: { units: 3 } }), box("b", "empty", { context: { units: 3 } })];
    const [a, b] = boxes as [Box, Box];
    const failure = new Error("tape is empty");
    const { calls, execute } = recorder((step, items) => {
      const failed = step.name === "seal" ? items.filter(({ subject }) => subject === a) : [];
      return { failed: failed.map(({ subject }) => ({ subject, error: failure })) };
    });
    const { progress, outcomes } = await runWorkflows([send(a, "fill"), send(b, "fill"), send(a, "drop")], execute);
    expect(calls).toEqual(["fill: a, b", "count: a, b", "tell: a, b", "seal: a, b"]);
    // The steps on the way to `filled` have run, the one on the way to `packed` has not.
    expect(progress).toMatchObject([
      { state: "filled", failure: { step: "seal", error: failure, event: { type: "fill" } } },
      { state: "packed", failure: null },
    ]);
    expect(outcomes).toMatchObject([
      { kind: "moved", transitions: [{ to: { path: "filled" } }] },
      { kind: "moved" },
      { kind: "failed", failure: { error: failure } },
    ]);
  });

  test("puts a new entity into its first state even when a step on the way there fails", async () => {
    const a = box("a", null);
    const { execute } = recorder((step) => ({ failed: [{ subject: a, error: `no ${step.name}` }] }));
    const { progress, outcomes } = await runWorkflows([{ subject: a, event: START }], execute);
    expect(outcomes).toMatchObject([{ kind: "moved" }]);
    expect(progress[0]?.state).toBe(flow.initial.to.path);
  });

  test("keeps what an entity did not get to see after a failure", async () => {
    const a = box("a");
    const { execute } = recorder((step) => {
      if (step.name === "fill") return { emitted: [send(a, "drop")] };
      return step.name === "count" ? { failed: [{ subject: a, error: "no" }] } : undefined;
    });
    const { progress } = await runWorkflows([send(a, "fill")], execute);
    expect(progress[0]).toMatchObject({ state: "empty", failure: { step: "count", unhandled: [{ type: "drop" }] } });
  });

  test("waits for steps that take their time, and ends when one throws", async () => {
    const slow = recorder(async (step) => {
      await Promise.resolve();
      if (step.name === "tell") throw new Error("line is dead");
    });
    await expect(runWorkflows([send(box("a"), "fill")], slow.execute)).rejects.toThrow("line is dead");
    expect(slow.calls).toEqual(["fill: a", "count: a", "tell: a"]);
  });

  test("stops entities whose steps answer each other forever", async () => {
    const a = box("a", "filled");
    const { calls, execute } = recorder((step) => (step.name === "count" ? { emitted: [send(a, "fill")] } : undefined));
    const { progress } = await runWorkflows([send(a, "fill")], execute);
    expect(calls).toHaveLength(2 * MAX_ROUNDS);
    expect(progress[0]?.failure).toMatchObject({ step: null, event: { type: "fill" } });
  });

  test("takes any number of requests for one root without mistaking them for a circle", async () => {
    const a = box("a", "filled");
    const other = box("other", "filled");
    const { execute } = recorder((step) => (step.name === "fill" ? { emitted: [send(other, "melt")] } : undefined));
    const requests = Array.from({ length: 200 }, (_, i) => send(i % 3 === 0 ? other : a, "fill"));
    const { outcomes } = await runWorkflows(requests, execute);
    expect(outcomes.every(({ kind }) => kind === "moved")).toBe(true);
  });
});

describe("steps of many entities", () => {
  const step = (name: string): StepCall => ({ key: name, pointer: "", entityType: "box", name, params: {} });
  const track = (order: number, lists: readonly (readonly string[])[]): Track => ({
    order,
    transitions: lists.map(
      (names): Transition => ({
        pointer: "",
        from: null,
        to: flow.initial.to,
        guards: [],
        steps: names.map(step),
        enters: true,
      }),
    ),
    completed: 0,
    failed: false,
  });
  const groupsOf = async (tracks: readonly Track[]) => {
    const groups: { name: string; orders: number[] }[] = [];
    await runSteps(tracks, ({ step: { name }, tracks: together }) => {
      groups.push({ name, orders: together.map(({ order }) => order) });
    });
    return groups;
  };
  const names = fc.constantFrom("a", "b", "c", "d", "e");

  test("every entity's own order is kept, whatever the others need", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(fc.array(names, { maxLength: 4 }), { minLength: 1, maxLength: 3 }), { maxLength: 6 }),
        async (lists) => {
          const tracks = lists.map((transitions, order) => track(order, transitions));
          const groups = await groupsOf(tracks);
          lists.forEach((transitions, order) => {
            const ran = groups.filter(({ orders }) => orders.includes(order)).map(({ name }) => name);
            expect(ran).toEqual(transitions.flat());
            expect(tracks[order]?.completed).toBe(transitions.length);
          });
          for (const { orders } of groups) expect(orders).toEqual([...orders].sort((a, b) => a - b));
        },
      ),
    );
  });

  test("a step runs once when all agree on the order", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.subarray(["a", "b", "c", "d", "e"]), { minLength: 1, maxLength: 6 }),
        async (lists) => {
          const groups = await groupsOf(lists.map((list, order) => track(order, [list])));
          expect(groups.map(({ name }) => name).sort()).toEqual([...new Set(lists.flat())].sort());
        },
      ),
    );
  });
});
