import type { Fault } from "../change-documents/use-draft.ts";
import { isSame } from "./edit-statechart.ts";
import type { Chart, ChartState, ChartTransition } from "./statechart.ts";

type Place = Pick<ChartTransition, "source" | "kind" | "name" | "index">;

/** What the reader looks at: a state by its path (the workflow as a whole has the empty one), or a transition. */
export type Selection = { readonly state: string } | { readonly transition: Place };

export function selectedState({ states }: Chart, selection: Selection): ChartState | undefined {
  return "state" in selection ? states.get(selection.state) : undefined;
}

export function selectedTransition({ transitions }: Chart, selection: Selection): ChartTransition | undefined {
  return "transition" in selection ? transitions.find((each) => isSame(each, selection.transition)) : undefined;
}

/** Where a fault is shown: the innermost part that its pointer leads into. */
export function placeOf({ states, transitions }: Chart, { pointer }: Fault): Selection {
  const isIn = (outer: string) => pointer === outer || pointer.startsWith(`${outer}/`);
  const transition =
    transitions.find((each) => isIn(each.pointer)) ??
    transitions.find((each) => each.pointer.startsWith(`${pointer}/`) && /\/(on|always|after)(\/|$)/.test(pointer));
  if (transition) return { transition };
  const inside = [...states.values()].filter((state) => isIn(state.pointer));
  const innermost = inside.toSorted((one, other) => other.pointer.length - one.pointer.length)[0];
  return { state: innermost?.path ?? "" };
}

/** The faults of exactly this part, by what `placeOf` says. */
export function faultsAt(chart: Chart, faults: readonly Fault[], selection: Selection): Fault[] {
  return faults.filter((fault) => {
    const place = placeOf(chart, fault);
    if ("state" in place) return "state" in selection && place.state === selection.state;
    return "transition" in selection && isSame(place.transition, selection.transition);
  });
}
