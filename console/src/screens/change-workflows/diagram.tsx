import {
  BaseEdge,
  Controls,
  type Edge,
  EdgeLabelRenderer,
  type EdgeProps,
  Handle,
  type Node,
  type NodeProps,
  Position,
  ReactFlow,
  type Rect,
  getViewportForBounds,
  useReactFlow,
  useStore,
} from "@xyflow/react";
import "@xyflow/react/dist/base.css";
import { createContext, use, useEffect, useMemo } from "react";
import { useTranslation } from "react-i18next";
import { formatCount, formatDuration } from "../../ui/format.ts";
import { Status } from "../statuses.tsx";
import classes from "./diagram.module.css";
import { isSame } from "./edit-statechart.ts";
import { type Box, layOut, type Line, SHOWN_LABELS } from "./lay-out.ts";
import type { LiveState } from "./live-states.ts";
import type { Selection } from "./selection.ts";
import type { Call, Chart, ChartState, ChartTransition } from "./statechart.ts";
import { stateName } from "./workflow-words.ts";

export interface ChartView {
  chart: Chart;
  live: ReadonlyMap<string, LiveState>;
  selection: Selection;
  select: (selection: Selection) => void;
  /** What makes a transition happen, in a word or two. */
  trigger: (transition: ChartTransition) => string;
  /** A condition in words. */
  guard: (guard: Call) => string;
  /** What makes it happen, or under which condition, for a line of the diagram. */
  inShort: (transition: ChartTransition) => string;
  faulty: (selection: Selection) => boolean;
}

type StateNode = Node<{ state: ChartState; stays: readonly ChartTransition[]; quiet: number }>;
type LineEdge = Edge<{ line: Line; terse: boolean }>;

const View = createContext<ChartView | null>(null);

function useView(): ChartView {
  const view = use(View);
  if (view === null) throw new Error("Drawn outside of a diagram.");
  return view;
}

const leastZoom = 0.25;
const nodeTypes = { state: StateBox, around: GroupBox };
const edgeTypes = { line: TransitionLine };

/** The statechart as a picture. Everything in it is a button, in the order of the document; the outline says the same. */
export default function Diagram(view: ChartView) {
  const { t } = useTranslation();
  const { chart, inShort } = view;
  const { nodes, edges, extent } = useMemo(() => draw(chart, inShort), [chart, inShort]);
  return (
    <section className={classes.diagram} aria-label={t("workflow.diagram")}>
      <View value={view}>
        <ReactFlow
          nodes={nodes}
          edges={edges}
          nodeTypes={nodeTypes}
          edgeTypes={edgeTypes}
          nodesDraggable={false}
          nodesConnectable={false}
          nodesFocusable={false}
          edgesFocusable={false}
          elementsSelectable={false}
          zoomOnScroll={false}
          panOnScroll
          minZoom={leastZoom}
          maxZoom={1.5}
          ariaLabelConfig={{
            "controls.ariaLabel": t("workflow.zoom"),
            "controls.zoomIn.ariaLabel": t("workflow.zoomIn"),
            "controls.zoomOut.ariaLabel": t("workflow.zoomOut"),
            "controls.fitView.ariaLabel": t("workflow.zoomFit"),
          }}
        >
          <Controls showInteractive={false} />
          <ShowAll states={nodes.length} extent={extent} />
        </ReactFlow>
      </View>
    </section>
  );
}

/** When states come or go the picture is fitted anew; it stays where it is while only texts change. */
function ShowAll({ states, extent }: { states: number; extent: Rect }) {
  const { setViewport } = useReactFlow();
  const width = useStore((store) => store.width);
  const height = useStore((store) => store.height);
  useEffect(() => {
    if (width === 0 || height === 0) return;
    void setViewport(getViewportForBounds(extent, width, height, leastZoom, 1, 0.04));
    // What is drawn moves by a little while texts change.
  }, [states, width, height, setViewport]); // oxlint-disable-line react/exhaustive-deps
  return null;
}

/** What is drawn reaches beyond the states: lines are led around them. */
function extentOf(boxes: readonly Box[], lines: readonly Line[]): Rect {
  const points = lines.filter(({ quiet }) => !quiet).flatMap((line) => line.points);
  const left = Math.min(...boxes.map(({ x }) => x), ...points.map(({ x }) => x));
  const top = Math.min(...boxes.map(({ y }) => y), ...points.map(({ y }) => y));
  const right = Math.max(...boxes.map(({ x, width }) => x + width), ...points.map(({ x }) => x));
  const bottom = Math.max(...boxes.map(({ y, height }) => y + height), ...points.map(({ y }) => y));
  return { x: left, y: top, width: right - left, height: bottom - top };
}

interface Drawing {
  nodes: StateNode[];
  edges: LineEdge[];
  extent: Rect;
}

function draw(chart: Chart, words: (transition: ChartTransition) => string): Drawing {
  const { boxes, lines, terse } = layOut(chart, words);
  const nodes = [...chart.states.values()].flatMap((state): StateNode[] => {
    const box = boxes.get(state.path);
    if (box === undefined) return [];
    const { x, y, width, height } = box;
    const stays = chart.transitions.filter(
      ({ source, target }) => source === state.path && (target === null || target === source),
    );
    const type = state.children.length > 0 ? "around" : "state";
    const quiet = lines.filter((line) => line.to === state.path && line.quiet).length;
    const data = { state, stays, quiet };
    return [{ id: state.path, type, position: { x, y }, width, height, zIndex: state.depth, data }];
  });
  const edges = lines.map(
    (line): LineEdge => ({
      id: line.id,
      type: "line",
      source: line.from,
      target: line.to,
      zIndex: 20,
      data: { line, terse },
    }),
  );
  return { nodes, edges, extent: extentOf([...boxes.values()], lines) };
}

function Ends() {
  return (
    <>
      <Handle type="target" position={Position.Top} className={classes.handle} />
      <Handle type="source" position={Position.Bottom} className={classes.handle} />
    </>
  );
}

function StateBox({ data: { state, stays, quiet } }: NodeProps<StateNode>) {
  const { t } = useTranslation();
  const { chart, live, selection, select, faulty } = useView();
  const here = live.get(state.path);
  const around = chart.states.get(state.parent ?? "");
  return (
    <>
      <Ends />
      <button
        type="button"
        className={`${classes.state} nodrag nopan`}
        aria-pressed={"state" in selection && selection.state === state.path}
        data-final={state.final || undefined}
        data-initial={around?.initial === state.name || undefined}
        data-faulty={faulty({ state: state.path }) || undefined}
        onClick={() => select({ state: state.path })}
      >
        <span className={classes.nameLine}>
          <strong className="truncate">{stateName(state.path)}</strong>
          {here !== undefined && <span className={classes.count}>{formatCount(here.count)}</span>}
        </span>
        <span className={classes.below}>
          {state.label && <Status of={state.label} />}
          {here !== undefined && (
            <span title={t("workflow.medianDwell")}>{formatDuration(here.medianDwellSeconds * 1000)}</span>
          )}
          {here === undefined && stays.length > 0 && (
            <span title={t("workflow.staysTitle")}>↻ {formatCount(stays.length)}</span>
          )}
          {quiet > 0 && <span title={t("workflow.quietTitle", { count: quiet })}>← {formatCount(quiet)}</span>}
        </span>
      </button>
    </>
  );
}

function GroupBox({ data: { state } }: NodeProps<StateNode>) {
  const { selection, select, faulty } = useView();
  return (
    <div className={classes.group} data-faulty={faulty({ state: state.path }) || undefined}>
      <Ends />
      <button
        type="button"
        className={`${classes.groupName} nodrag nopan`}
        aria-pressed={"state" in selection && selection.state === state.path}
        onClick={() => select({ state: state.path })}
      >
        {stateName(state.path)}
      </button>
    </div>
  );
}

function TransitionLine({ id, data }: EdgeProps<LineEdge>) {
  const { selection, select, inShort, faulty } = useView();
  const { line, terse } = data!;
  const isSelected = (each: ChartTransition) => "transition" in selection && isSame(selection.transition, each);
  const isLit =
    line.transitions.some(isSelected) ||
    ("state" in selection && (selection.state === line.from || selection.state === line.to));
  if (line.quiet && !isLit) return null;
  const hidden = line.transitions.slice(SHOWN_LABELS);
  return (
    <>
      <BaseEdge id={id} path={pathThrough(line.points)} className={classes.line} data-lit={isLit || undefined} />
      <path className={classes.arrow} d={arrowAt(line.points)} data-lit={isLit || undefined} />
      <EdgeLabelRenderer>
        <div
          className={`${classes.labels} nodrag nopan`}
          data-lit={isLit || undefined}
          style={{ transform: `translate(-50%, -50%) translate(${line.label.x}px, ${line.label.y}px)` }}
        >
          {line.transitions.slice(0, SHOWN_LABELS).map((each) => (
            <button
              key={each.pointer}
              type="button"
              className={classes.label}
              aria-pressed={isSelected(each)}
              data-kind={each.action ? "action" : each.kind}
              data-faulty={faulty({ transition: each }) || undefined}
              title={each.action === null ? inShort(each) : undefined}
              aria-label={`${inShort(each)}: ${stateName(line.from)} → ${stateName(line.to)}`}
              onClick={() => select({ transition: each })}
            >
              {each.guard && <span aria-hidden="true">◇ </span>}
              {terse && !isLit && each.action === null
                ? !each.guard && <span aria-hidden="true">•</span>
                : inShort(each)}
            </button>
          ))}
          {hidden[0] && (
            <button type="button" className={classes.label} onClick={() => select({ transition: hidden[0]! })}>
              +{hidden.length}
            </button>
          )}
        </div>
      </EdgeLabelRenderer>
    </>
  );
}

/** Through the middles of the stretches, rounded at their corners. */
function pathThrough(points: Line["points"]): string {
  const [first, ...rest] = points;
  const last = rest.at(-1);
  if (!first || !last) return "";
  const bends = rest.slice(0, -1).map((bend, index) => {
    const next = rest[index + 1]!;
    const isLast = index === rest.length - 2;
    const to = isLast ? next : { x: (bend.x + next.x) / 2, y: (bend.y + next.y) / 2 };
    return `Q${bend.x},${bend.y} ${to.x},${to.y}`;
  });
  return `M${first.x},${first.y} ${bends.length > 0 ? bends.join(" ") : `L${last.x},${last.y}`}`;
}

function arrowAt(points: Line["points"]): string {
  const [tip, before] = [points.at(-1)!, points.at(-2) ?? points.at(-1)!];
  const angle = Math.atan2(tip.y - before.y, tip.x - before.x);
  const wing = (turn: number) => `${tip.x - 9 * Math.cos(angle + turn)},${tip.y - 9 * Math.sin(angle + turn)}`;
  return `M${tip.x},${tip.y} L${wing(0.42)} L${wing(-0.42)} Z`;
}
