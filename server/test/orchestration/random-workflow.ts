import {
  CALL_EVENTS,
  CONDITIONS,
  type Definition,
  OUTCOMES,
  type StateNode,
  type Step,
  TOLD_EVENTS,
  type Transition,
  USER_EVENTS,
  VALUES,
} from "./definition.ts";
import { Dice } from "../harness/dice.ts";

/** Generated delays are different in one state, so that no two of its timers are due at the same moment. */
const AFTER = ["60000", "3600000", "short", "long"];
const DELAYS = { short: "PT5M", long: "P1D" };
const OFFSETS = ["PT2M", "PT90M", "PT30H"];
const LABELS = ["created", "confirmed", "processing", "ready for pickup", "shipped"];
const EMITTED = ["progressed", "waitOver", ...OUTCOMES, ...CALL_EVENTS];

interface Node {
  name: string;
  parent: Node | null;
  children: Node[];
  path: string;
  /** Waits for another system; nothing leads on from it at once, so that one call at a time is under way. */
  calls: boolean;
}

/**
 * A definition that the checks of publication accept: every leaf can be reached and left by a button at the top, and has
 * a timer that leads on, so that whoever rests in it has a deadline. `url` is whom its calls ask.
 */
export function randomWorkflow(id: string, numbers: readonly number[], url: string): Definition {
  return new Builder(id, new Dice(numbers), url).definition();
}

class Builder {
  readonly #id: string;
  readonly #dice: Dice;
  readonly #url: string;
  readonly #root: Node = { name: "", parent: null, children: [], path: "", calls: false };
  readonly #leaves: Node[];
  #named = 0;

  constructor(id: string, dice: Dice, url: string) {
    this.#id = id;
    this.#dice = dice;
    this.#url = url;
    this.#grow(this.#root, 0);
    this.#leaves = leavesOf(this.#root);
  }

  definition(): Definition {
    const { children } = this.#root;
    const ways = this.#leaves.map((leaf, index): [string, Transition[]] => [
      `way${index}`,
      [this.#offered({ target: this.#target(leaf), actions: this.#steps(1) })],
    ]);
    return {
      id: this.#id,
      initial: this.#dice.pick(children).name,
      meta: { entityType: "order", title: "Random", delays: DELAYS, receives: [...TOLD_EVENTS, ...OUTCOMES] },
      states: {
        ...Object.fromEntries(children.map((child) => [child.name, this.#state(child)])),
        complete: { type: "final", entry: this.#steps(2), meta: { label: "complete" } },
        cancelled: { type: "final", meta: { label: "cancelled" } },
      },
      on: {
        ...Object.fromEntries(ways),
        finish: [this.#offered({ target: this.#to("complete") })],
        giveUp: [this.#offered({ target: this.#to("cancelled"), actions: [{ type: "cancelUnits" }] })],
        // Whatever a call says has a meaning everywhere.
        callSucceeded: [{ actions: this.#steps(1) }],
        callFailed: [{ actions: this.#steps(1) }],
        ...this.#reactions(this.#root),
      },
    };
  }

  #grow(node: Node, depth: number): void {
    const count = depth === 0 ? 2 + this.#dice.below(3) : 1 + this.#dice.below(3);
    for (let index = 0; index < count; index++) {
      const name = `${"abcd"[index]}${depth}`;
      const path = node.path === "" ? name : `${node.path}.${name}`;
      const child: Node = { name, parent: node, children: [], path, calls: false };
      node.children.push(child);
      if (depth < 3 && this.#dice.oneIn(3)) this.#grow(child, depth + 1);
      else child.calls = this.#dice.oneIn(5);
    }
  }

  #state(node: Node): StateNode {
    const dice = this.#dice;
    const inside = node.children;
    const always = node.calls || inside.some(({ calls }) => calls) ? [] : this.#always(node);
    return {
      meta: { label: dice.pick(LABELS), ignores: EMITTED },
      ...(dice.oneIn(2) || node.calls ? { entry: [...this.#steps(3), ...this.#failing(8), ...this.#call(node)] } : {}),
      ...(dice.oneIn(2) ? { exit: this.#steps(2) } : {}),
      on: this.#reactions(node),
      ...(always.length > 0 && dice.oneIn(3) ? { always } : {}),
      ...(inside.length > 0
        ? {
            initial: dice.pick(inside).name,
            states: Object.fromEntries(inside.map((child) => [child.name, this.#state(child)])),
          }
        : { after: this.#after() }),
    };
  }

  #after(): Record<string, Transition[]> {
    const [first, second] = [this.#dice.below(4), this.#dice.below(4)];
    const leads = {
      target: this.#target(this.#dice.pick(this.#leaves)),
      reenter: true,
      actions: this.#steps(1),
    } as const;
    const also = second === first ? {} : { [AFTER[second]!]: this.#candidates(false) };
    // The longest leads on whatever the guards say.
    return {
      ...also,
      "172800000": [leads],
      ...(this.#dice.oneIn(2) ? { [AFTER[first]!]: this.#candidates(false) } : {}),
    };
  }

  #reactions(node: Node): Record<string, Transition[]> {
    const dice = this.#dice;
    const on: Record<string, Transition[]> = {};
    for (const event of USER_EVENTS)
      if (dice.oneIn(3)) on[event] = this.#candidates(false).map((candidate) => this.#offered(candidate));
    for (const event of [...TOLD_EVENTS, ...OUTCOMES, "waitOver"])
      if (dice.oneIn(3)) on[event] = this.#candidates(false);
    if (node.parent !== null) for (const event of CALL_EVENTS) if (dice.oneIn(3)) on[event] = this.#candidates(true);
    if (dice.oneIn(4)) on["progressed"] = this.#candidates(true);
    return on;
  }

  /** `quiet`: they lead nowhere where another call would begin. */
  #candidates(quiet: boolean): Transition[] {
    const count = 1 + this.#dice.below(3);
    return Array.from({ length: count }, (_, index) =>
      this.#transition(index < count - 1 || this.#dice.oneIn(3), quiet),
    );
  }

  #transition(guarded: boolean, quiet: boolean): Transition {
    const dice = this.#dice;
    const leaves = quiet ? this.#leaves.filter(({ calls }) => !calls) : this.#leaves;
    const target = leaves.length === 0 || dice.oneIn(4) ? null : dice.pick(leaves);
    return {
      ...(target === null ? {} : { target: this.#target(quiet ? target : this.#around(target)) }),
      ...(guarded ? { guard: this.#guard() } : {}),
      ...(dice.oneIn(2) ? { actions: this.#steps(3) } : {}),
    };
  }

  /** Now and then a state with others inside is the target. */
  #around(leaf: Node): Node {
    return leaf.parent !== null && leaf.parent.parent !== null && this.#dice.oneIn(4) ? leaf.parent : leaf;
  }

  /** Lead to later leaves only, so that they never go round in a circle. */
  #always(node: Node): Transition[] {
    const last = this.#leaves.findLastIndex((leaf) => leaf === node || isInside(leaf, node));
    const later = this.#leaves.slice(last + 1).filter(({ calls }) => !calls);
    if (later.length === 0) return [];
    const lead = {
      target: this.#target(this.#dice.pick(later)),
      guard: this.#guard(),
      actions: [...this.#steps(2), ...this.#failing(3)],
    };
    return [lead];
  }

  #offered(transition: Transition): Transition {
    const form = [{ name: "score", label: "Score", type: "number" }];
    const whileHeld = !this.#dice.oneIn(3);
    return { ...transition, meta: { userAction: { label: "Do it", permission: "orders:write", whileHeld, form } } };
  }

  #guard(): NonNullable<Transition["guard"]> {
    return { type: "cel", params: { expression: this.#dice.pick(Object.keys(CONDITIONS)) } };
  }

  #target(node: Node): string {
    return this.#to(node.path);
  }

  #to(path: string): string {
    return `#${this.#id}.${path}`;
  }

  #call({ calls }: Node): Step[] {
    return calls ? [{ type: "callWebhook", params: { call: `call${this.#dice.below(10)}`, url: this.#url } }] : [];
  }

  /** Only forms bring a score: on any other way it fails, and what the steps before it did must be gone. */
  #failing(chances: number): Step[] {
    if (!this.#dice.oneIn(chances)) return [];
    return [{ type: "setAttributes", params: { attributes: { score: { cel: "event.data.score" } } } }];
  }

  #steps(most: number): Step[] {
    return Array.from({ length: this.#dice.below(most + 1) }, () => this.#step());
  }

  #step(): Step {
    const dice = this.#dice;
    const number = this.#named++;
    const value = { cel: dice.pick(Object.keys(VALUES)) };
    const steps: Step[] = [
      {
        type: "setAttributes",
        params: { attributes: { [dice.pick(["flag", "score"])]: dice.pick([true, 7, "so", { cel: "null" }]) } },
      },
      { type: "setAttributes", params: { attributes: { count: value } } },
      { type: "setAttributes", params: { attributes: { count: { cel: Object.keys(VALUES)[1]! } } } },
      { type: "hold", params: { reason: dice.pick(["doubt", "credit"]) } },
      { type: "unhold", params: { reason: dice.pick(["doubt", "credit"]) } },
      { type: "unhold", params: { reason: "doubt" } },
      { type: "emitEvent", params: { name: `news${number}` } },
      { type: "emitEvent", params: { name: `score${number}`, data: { count: { cel: Object.keys(VALUES)[1]! } } } },
      {
        type: "raiseException",
        params: { kind: `trouble${number % 3}`, reason: "Look.", ownerTeam: "fraud", deadline: "P1D" },
      },
      { type: "sendMessage", params: { trigger: "delayed" } },
      { type: "waitUntil", params: { moment: "now", offset: dice.pick(OFFSETS) } },
      { type: "performUnits" },
      {
        type: "openTask",
        params: {
          queue: "customer-service",
          title: `task${number}`,
          outcomes: OUTCOMES.map((event) => ({ event, label: event })),
        },
      },
    ];
    return dice.pick(steps);
  }
}

function leavesOf(node: Node): Node[] {
  return node.children.length === 0 ? [node] : node.children.flatMap(leavesOf);
}

function isInside(node: Node, outer: Node): boolean {
  for (let at = node.parent; at !== null; at = at.parent) if (at === outer) return true;
  return false;
}
