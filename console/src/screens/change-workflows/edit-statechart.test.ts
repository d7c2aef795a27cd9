import { expect, test } from "vitest";
import delivery from "../../../../server/workflows/delivery.fulfillment-order.json" with { type: "json" };
import standard from "../../../../server/workflows/standard-delivery.order.json" with { type: "json" };
import {
  addStateBetween,
  addTransition,
  lastPlace,
  moveTransition,
  nameFor,
  removeState,
  removeTransition,
  renameState,
} from "./edit-statechart.ts";
import { type ChartTransition, readChart, restingStates, type WorkflowJson } from "./statechart.ts";

const floor = delivery as WorkflowJson;
const order = standard as WorkflowJson;

function find(workflow: WorkflowJson, source: string, name: string, index = 0): ChartTransition {
  return readChart(workflow).transitions.find(
    (each) => each.source === source && each.name === name && each.index === index,
  )!;
}

const ways = (workflow: WorkflowJson) =>
  readChart(workflow).transitions.map(({ source, name, index, target }) => `${source} ${name}${index} ${target}`);

test("every target of the shipped workflows is found, and every state shows a status", () => {
  for (const workflow of [floor, order]) {
    const { states, transitions } = readChart(workflow);
    expect(transitions.filter(({ lost }) => lost !== null)).toEqual([]);
    const leaves = [...states.values()].filter(({ path, children }) => path !== "" && children.length === 0);
    expect(leaves.filter(({ label }) => label === null)).toEqual([]);
  }
  expect(find(floor, "open.created", "reject").target).toBe("rejected");
  expect(find(floor, "open.created", "reject", 1).target).toBe(null);
});

test("a state between two others takes the transition over, and a button leads into it", () => {
  const pack = find(floor, "open.picking", "pack");
  const changed = addStateBetween(floor, pack, {
    name: "giftWrapping",
    label: "picking",
    event: "giftWrap",
    transition: { meta: { userAction: { label: "Gift wrap", permission: "fulfillment:write" } } },
  });
  expect(find(changed, "open.picking", "giftWrap").target).toBe("open.giftWrapping");
  expect(find(changed, "open.giftWrapping", "pack")).toMatchObject({ target: "open.packed", action: pack.action });
  expect(find(changed, "open.picking", "pack")).toBeUndefined();
  expect(find(changed, "open.accepted", "pack").target).toBe("open.packed");
  expect(floor).toEqual(delivery);
});

test("a state of another name is still reached by everything that led to it, from wherever", () => {
  const renamed = renameState(floor, "open", "underWay");
  expect(ways(renamed)).toEqual(ways(floor).map((way) => way.replaceAll("open", "underWay")));
  expect(renamed.initial).toBe("underWay");
  const finals = renameState(floor, "rejected", "refused");
  expect(find(finals, "open.picking", "reject").target).toBe("refused");
  expect(Object.keys(finals.states!)).toEqual(["open", "dispatched", "fulfilled", "refused", "cancelled"]);
});

test("with a state go the transitions into it; others of the same events stay, in their order", () => {
  const changed = removeState(order, "cancelled");
  const { states, transitions } = readChart(changed);
  expect(states.has("cancelled")).toBe(false);
  expect(transitions.filter(({ lost }) => lost !== null)).toEqual([]);
  expect(
    transitions
      .filter(({ source, name }) => source === "processing" && name === "progressed")
      .map(({ target }) => target),
  ).toEqual(["expired", "delivered", "shipped", "readyForPickup", "waitingForStock", "waitingForRest"]);
});

test("a transition that is added and removed leaves nothing behind", () => {
  const at = { source: "delivered", kind: "on", name: "complain" } as const;
  const added = addTransition(order, at, { target: "complete" });
  expect(removeTransition(added, lastPlace(added, at))).toEqual(order);
});

test("under another event a transition leads where it led", () => {
  const reject = find(floor, "open.created", "reject");
  const moved = moveTransition(floor, reject, { source: "dispatched", kind: "on", name: "refuse" });
  expect(find(moved, "dispatched", "refuse")).toMatchObject({ target: "rejected", steps: reject.steps });
});

test("only states in which something can stand are places to move to", () => {
  const places = restingStates(readChart(floor)).map(({ path }) => path);
  expect(places).toEqual(["open.created", "open.accepted", "open.picking", "open.packed", "dispatched"]);
});

test("names for machines are made of what people write", () => {
  expect(nameFor("Gift wrapping")).toBe("giftWrapping");
  expect(nameFor("Prüfung auf Größe (2. Stufe)")).toBe("prufungAufGrosse2Stufe");
});
