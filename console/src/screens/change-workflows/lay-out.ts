import { Graph, layout } from "@dagrejs/dagre";
import type { Chart, ChartState, ChartTransition } from "./statechart.ts";

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

interface Point {
  readonly x: number;
  readonly y: number;
}

/** All transitions from one state to another share a line. */
export interface Line {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly transitions: readonly ChartTransition[];
  readonly points: readonly Point[];
  readonly label: Point;
}

export interface Picture {
  readonly boxes: ReadonlyMap<string, Box>;
  readonly lines: readonly Line[];
}

const STATE = { width: 196, height: 66 };
const LABEL_LINE = 22;
const CHARACTER = 6.6;
/** Of the texts of a line, so many are shown; the rest is counted. */
export const SHOWN_LABELS = 2;

/** Places states in layers along the way that things take, those inside others within them, and leads lines around them. */
export function layOut({ states, transitions }: Chart, words: (transition: ChartTransition) => string): Picture {
  const graph = new Graph({ compound: true, multigraph: true });
  graph.setGraph({ rankdir: "TB", nodesep: 34, ranksep: 34, edgesep: 18, marginx: 8, marginy: 8 });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const state of states.values()) {
    if (state.path === "") continue;
    graph.setNode(state.path, state.children.length === 0 ? { ...STATE } : {});
  }
  for (const state of states.values()) if (state.parent) graph.setParent(state.path, state.parent);
  const lines = linesOf(states, transitions);
  for (const { id, from, to, transitions: along } of lines) {
    const [source, target] = [leafOf(states, from, "last"), leafOf(states, to, "first")];
    const shown = along.slice(0, SHOWN_LABELS).map(words);
    const width = Math.min(190, Math.max(...shown.map((text) => text.length * CHARACTER + 18)));
    const height = LABEL_LINE * (Math.min(along.length, SHOWN_LABELS + 1) || 1);
    graph.setEdge(source, target, { width, height, labelpos: "c", weight: from === to ? 1 : 2 }, id);
  }
  layout(graph);
  const boxes = new Map<string, Box>();
  for (const path of graph.nodes()) {
    const { x, y, width, height } = graph.node(path) as Box;
    const isGroup = graph.children(path).length > 0;
    // The name of a group stands above what is inside.
    const head = isGroup ? 26 : 0;
    boxes.set(path, { x: x - width / 2, y: y - height / 2 - head, width, height: height + head });
  }
  return {
    boxes,
    lines: lines.map((line) => {
      const { points, x, y } = graph.edge(
        leafOf(states, line.from, "last"),
        leafOf(states, line.to, "first"),
        line.id,
      ) as unknown as { points: Point[]; x: number; y: number };
      return { ...line, points: clipped(points, boxes.get(line.from)!, boxes.get(line.to)!), label: { x, y } };
    }),
  };
}

function linesOf(
  states: ReadonlyMap<string, ChartState>,
  transitions: readonly ChartTransition[],
): Omit<Line, "points" | "label">[] {
  const found = new Map<string, ChartTransition[]>();
  for (const transition of transitions) {
    const { source, target } = transition;
    if (target === null || source === "" || target === source || !states.has(target)) continue;
    const id = `${source}>${target}`;
    found.set(id, [...(found.get(id) ?? []), transition]);
  }
  return [...found].map(([id, along]) => ({ id, from: along[0]!.source, to: along[0]!.target!, transitions: along }));
}

/** The layers know lines between innermost states only: a line of a group is laid out as that of its first or last one. */
function leafOf(states: ReadonlyMap<string, ChartState>, path: string, end: "first" | "last"): string {
  const { children, initial } = states.get(path)!;
  if (children.length === 0) return path;
  const first = children.find((child) => child.endsWith(`.${initial}`)) ?? children[0]!;
  return leafOf(states, end === "first" ? first : children.at(-1)!, end);
}

/** A line of a group begins and ends at the group's border, not at the state inside that stood in for it. */
function clipped(points: readonly Point[], from: Box, to: Box): Point[] {
  const start = lastInside(points, from);
  const end = points.length - 1 - lastInside(points.toReversed(), to);
  const middle = points.slice(start + 1, Math.max(end, start + 1));
  const first = start < 0 ? points[0]! : border(points[start]!, points[start + 1] ?? points[start]!, from);
  const last = end >= points.length ? points.at(-1)! : border(points[end]!, points[end - 1] ?? points[end]!, to);
  return [first, ...middle, last];
}

/** How many points from the beginning lie in the box, less one. */
function lastInside(points: readonly Point[], box: Box): number {
  const outside = points.findIndex((point) => !isIn(point, box));
  return (outside === -1 ? points.length - 1 : outside) - 1;
}

function isIn({ x, y }: Point, box: Box): boolean {
  return x >= box.x - 1 && x <= box.x + box.width + 1 && y >= box.y - 1 && y <= box.y + box.height + 1;
}

/** Where the way from a point inside to one outside leaves the box. */
function border(inside: Point, outside: Point, box: Box): Point {
  const [dx, dy] = [outside.x - inside.x, outside.y - inside.y];
  const share = (delta: number, at: number, low: number, high: number) =>
    delta > 0 ? (high - at) / delta : delta < 0 ? (low - at) / delta : Number.POSITIVE_INFINITY;
  const along = Math.min(
    1,
    share(dx, inside.x, box.x, box.x + box.width),
    share(dy, inside.y, box.y, box.y + box.height),
  );
  return { x: inside.x + dx * Math.max(0, along), y: inside.y + dy * Math.max(0, along) };
}
