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
  /** It leads, as many others do, to an end: it is drawn while one looks at it or at that end. */
  readonly quiet: boolean;
}

export interface Picture {
  /** There are so many lines that what is not a button is shown as a mark, and told when it is looked at. */
  readonly terse: boolean;
  readonly boxes: ReadonlyMap<string, Box>;
  readonly lines: readonly Line[];
}

const STATE = { width: 196, height: 66 };
const LABEL_LINE = 22;
const CHARACTER = 6.6;
/** A mark instead of a text. */
const MARK = 22;
/** Wider than this, nothing can be read any more when all of it is to be seen. */
const WIDEST = 1_150;
/** An end that so many states lead to, such as cancelled, would hide the way with its lines. */
const CROWD = 3;
/** Of the texts of a line, so many are shown; the rest is counted. */
export const SHOWN_LABELS = 2;

/** Places states in layers along the way that things take, those inside others within them, and leads lines around them. */
export function layOut(chart: Chart, words: (transition: ChartTransition) => string): Picture {
  const full = arrange(chart, words, false);
  return full.width > WIDEST ? arrange(chart, words, true) : full;
}

function arrange(
  { states, transitions }: Chart,
  words: (transition: ChartTransition) => string,
  terse: boolean,
): Picture & { width: number } {
  const graph = new Graph({ compound: true, multigraph: true });
  graph.setGraph({ rankdir: "TB", nodesep: 24, ranksep: 34, edgesep: 12, marginx: 8, marginy: 8 });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const state of states.values()) {
    if (state.path === "") continue;
    graph.setNode(state.path, state.children.length === 0 ? { ...STATE } : {});
  }
  for (const state of states.values()) if (state.parent) graph.setParent(state.path, state.parent);
  const lines = linesOf(states, transitions);
  for (const { id, from, to, transitions: along } of lines) {
    const [source, target] = [leafOf(states, transitions, from, "last"), leafOf(states, transitions, to, "first")];
    const shown = along.slice(0, SHOWN_LABELS).map((each) => widthOf(words(each), terse && each.action === null));
    const width = Math.max(...shown);
    const height = LABEL_LINE * (Math.min(along.length, SHOWN_LABELS + 1) || 1);
    // An end stands apart from the way: what leads on pulls states together.
    const weight = states.get(to)!.final ? 1 : 2;
    graph.setEdge(source, target, { width, height, labelpos: "c", weight }, id);
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
    terse,
    width: graph.graph().width ?? 0,
    boxes,
    lines: lines.map((line) => {
      const { points, x, y } = graph.edge(
        leafOf(states, transitions, line.from, "last"),
        leafOf(states, transitions, line.to, "first"),
        line.id,
      ) as unknown as { points: Point[]; x: number; y: number };
      const [from, to] = [boxes.get(line.from)!, boxes.get(line.to)!];
      const quiet = terse && states.get(line.to)!.final && lines.filter((each) => each.to === line.to).length >= CROWD;
      const way = clipped(points, from, to);
      // What was laid out inside of a group is told outside, in the middle of what is left of the line.
      const isHidden = isIn({ x, y }, from) || isIn({ x, y }, to);
      return { ...line, points: way, label: isHidden ? middleOf(way) : { x, y }, quiet };
    }),
  };
}

function widthOf(text: string, isMark: boolean): number {
  return isMark ? MARK : Math.min(190, text.length * CHARACTER + 18);
}

function linesOf(
  states: ReadonlyMap<string, ChartState>,
  transitions: readonly ChartTransition[],
): Omit<Line, "points" | "label" | "quiet">[] {
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
function leafOf(
  states: ReadonlyMap<string, ChartState>,
  transitions: readonly ChartTransition[],
  path: string,
  end: "first" | "last",
): string {
  const { children, initial } = states.get(path)!;
  if (children.length === 0) return path;
  const first = children.find((child) => child.endsWith(`.${initial}`)) ?? children[0]!;
  return leafOf(states, transitions, end === "first" ? first : farthest(transitions, children, first), end);
}

/** The state that is reached last among these, beginning with the first. What cannot be reached does not count. */
function farthest(transitions: readonly ChartTransition[], among: readonly string[], first: string): string {
  const reached = new Set([first]);
  for (const path of reached)
    for (const { source, target } of transitions)
      if (source === path && target !== null && among.includes(target)) reached.add(target);
  return [...reached].findLast((path) => isEnd(transitions, among, path)) ?? [...reached].at(-1)!;
}

function isEnd(transitions: readonly ChartTransition[], among: readonly string[], path: string): boolean {
  return !transitions.some(
    ({ source, target }) => source === path && target !== null && target !== path && among.includes(target),
  );
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

function middleOf(points: readonly Point[]): Point {
  const at = Math.floor((points.length - 1) / 2);
  const [one, other] = [points[at]!, points[at + 1]!];
  return { x: (one.x + other.x) / 2, y: (one.y + other.y) / 2 };
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
