/** A location that can give something. Ranked: the earlier in a list, the nearer, then by priority, then by ID. */
export interface RankedLocation {
  readonly locationId: number;
  readonly distance: number;
  readonly priority: number;
  /** Units per demand, never negative. */
  readonly units: readonly number[];
}

/** Units of one SKU that the order wants. */
export interface Demand {
  /** What can be had at all: the quantity, or all units of all locations when those are fewer. Above zero. */
  readonly needed: number;
  /** Whether one location has all that is needed. Such a demand is never split. */
  readonly whole: boolean;
}

export interface Choice {
  /** Indexes of locations, ascending: best first. */
  readonly chosen: readonly number[];
  readonly fewestPossible: number;
  readonly exact: boolean;
}

/** Beyond this many demands that are served whole, the table of subsets (4,096 entries) gives way to greedy choice. */
export const MAX_EXACT_DEMANDS = 12;
/** Combinations of locations tried for demands that must be split: about 4 ms for 5 demands at 50 locations. */
export const MAX_SPLIT_COMBINATIONS = 4_000;

/**
 * The fewest locations that serve all demands, among those the smallest sum of distances, then of priorities, then the
 * smallest IDs. Exact: one location by trying each; whole demands by dynamic programming over their subsets; split ones by
 * branch and bound on top of it. Beyond the limits above the choice is a greedy one or the best of those tried, and
 * `fewestPossible` bounds what could be missed.
 */
export function chooseLocations(locations: readonly RankedLocation[], demands: readonly Demand[]): Choice {
  const single = locations.findIndex(({ units }) => demands.every(({ needed }, d) => (units[d] as number) >= needed));
  if (single !== -1) return { chosen: [single], fewestPossible: 1, exact: true };
  const whole = indexesOf(demands, ({ whole }) => whole);
  const split = indexesOf(demands, ({ whole }) => !whole);
  if (whole.length > MAX_EXACT_DEMANDS) return chooseGreedily(locations, demands, whole, split);
  const start = split.length > 0 ? chooseGreedily(locations, demands, whole, split).chosen : null;
  return new Search(locations, demands, whole, split).choice(start);
}

function indexesOf(demands: readonly Demand[], test: (demand: Demand) => boolean): number[] {
  return demands.flatMap((demand, index) => (test(demand) ? [index] : []));
}

/** A set of locations with what it costs, as a list that shares its tail with the sets it was built from. */
interface Selection {
  readonly count: number;
  readonly distance: number;
  readonly priority: number;
  readonly location: number;
  readonly rest: Selection | null;
}

const NOTHING: Selection = { count: 0, distance: 0, priority: 0, location: -1, rest: null };

function add(locations: readonly RankedLocation[], location: number, rest: Selection): Selection {
  const { distance, priority } = locations[location] as RankedLocation;
  return {
    count: rest.count + 1,
    distance: rest.distance + distance,
    priority: rest.priority + priority,
    location,
    rest,
  };
}

function indexesIn(selection: Selection): number[] {
  const found: number[] = [];
  for (let at: Selection | null = selection; at && at.rest; at = at.rest) found.push(at.location);
  return found.sort((a, b) => a - b);
}

class Search {
  readonly #locations: readonly RankedLocation[];
  readonly #demands: readonly Demand[];
  readonly #split: readonly number[];
  /** For each location, the whole demands it can serve, as bits. */
  readonly #covers: readonly number[];
  /** For each set of whole demands, the best selection that serves it. */
  readonly #best: readonly Selection[];
  /** For each split demand, the locations that have any of it, most units first. */
  readonly #givers: readonly (readonly number[])[];
  #found: Selection | null = null;
  #combinations = 0;

  constructor(
    locations: readonly RankedLocation[],
    demands: readonly Demand[],
    whole: readonly number[],
    split: readonly number[],
  ) {
    this.#locations = locations;
    this.#demands = demands;
    this.#split = split;
    this.#covers = locations.map(({ units }) => coverOf(units, demands, whole));
    this.#best = this.#bestCovers(whole.length);
    this.#givers = split.map((demand) => {
      const givers = [...locations.keys()].filter((location) => this.#unitsOf(location, demand) > 0);
      return givers.sort((a, b) => this.#unitsOf(b, demand) - this.#unitsOf(a, demand) || a - b);
    });
  }

  /** `start` serves everything and is to be improved; without split demands the table needs none. */
  choice(start: readonly number[] | null): Choice {
    if (start) this.#found = start.reduce((selection, location) => add(this.#locations, location, selection), NOTHING);
    const everything = this.#best.length - 1;
    const open = this.#split.map((demand) => (this.#demands[demand] as Demand).needed);
    const fewestPossible = this.#fewest(everything, open, new Set());
    this.#branch(everything, open, NOTHING, new Set());
    if (!this.#found) throw new Error("No selection of locations serves the demands, although each can be served");
    const exact = this.#combinations <= MAX_SPLIT_COMBINATIONS;
    return {
      chosen: indexesIn(this.#found),
      fewestPossible: exact ? this.#found.count : fewestPossible,
      exact,
    };
  }

  /** Serving a set means serving its first demand with some location, and the best selection for what that leaves open. */
  #bestCovers(wholeCount: number): Selection[] {
    const best: Selection[] = [NOTHING];
    const distinct = this.#distinctCovers();
    for (let open = 1; open < 1 << wholeCount; open++) {
      const first = open & -open;
      let chosen: Selection | null = null;
      for (const location of distinct) {
        const cover = this.#covers[location] as number;
        if ((cover & first) === 0) continue;
        const rest = best[open & ~cover] as Selection;
        if (chosen && this.#compareAdded(location, rest, chosen) >= 0) continue;
        chosen = add(this.#locations, location, rest);
      }
      best.push(chosen as Selection);
    }
    return best;
  }

  /** Of locations that serve the same whole demands only the best ranked one can be in a best selection. */
  #distinctCovers(): number[] {
    const first = new Map<number, number>();
    this.#covers.forEach((cover, location) => {
      if (cover !== 0 && !first.has(cover)) first.set(cover, location);
    });
    return [...first.values()];
  }

  /** Tries all minimal sets of locations for the split demands; what they leave of the whole ones is in the table. */
  #branch(openWhole: number, openSplit: readonly number[], selection: Selection, barred: Set<number>): void {
    this.#combinations += 1;
    if (this.#combinations > MAX_SPLIT_COMBINATIONS) return;
    const next = openSplit.findIndex((needed) => needed > 0);
    if (next === -1) {
      this.#keep(openWhole, selection);
      return;
    }
    if (this.#isHopeless(openWhole, openSplit, selection, barred)) return;
    const tried: number[] = [];
    for (const location of this.#promising(next, openSplit[next] as number, barred)) {
      const { units } = this.#locations[location] as RankedLocation;
      const stillOpen = openSplit.map((needed, s) => Math.max(0, needed - (units[this.#split[s] as number] as number)));
      barred.add(location);
      tried.push(location);
      const stillWhole = openWhole & ~(this.#covers[location] as number);
      this.#branch(stillWhole, stillOpen, add(this.#locations, location, selection), barred);
    }
    for (const location of tried) barred.delete(location);
  }

  /** Those that have all that is open, best first; then the others, most units first: good selections are found soon. */
  #promising(split: number, needed: number, barred: ReadonlySet<number>): number[] {
    const givers = (this.#givers[split] as readonly number[]).filter((location) => !barred.has(location));
    const demand = this.#split[split] as number;
    const enough = givers.findIndex((location) => this.#unitsOf(location, demand) < needed);
    if (enough === -1) return givers.sort((a, b) => a - b);
    return [...givers.slice(0, enough).sort((a, b) => a - b), ...givers.slice(enough)];
  }

  #unitsOf(location: number, demand: number): number {
    return (this.#locations[location] as RankedLocation).units[demand] as number;
  }

  #keep(openWhole: number, selection: Selection): void {
    let complete = selection;
    for (const location of indexesIn(this.#best[openWhole] as Selection))
      complete = add(this.#locations, location, complete);
    if (!this.#found || compare(complete, this.#found, this.#locations) < 0) this.#found = complete;
  }

  #isHopeless(openWhole: number, openSplit: readonly number[], selection: Selection, barred: Set<number>): boolean {
    const count = selection.count + this.#fewest(openWhole, openSplit, barred);
    if (count === Number.POSITIVE_INFINITY) return true;
    if (!this.#found || count < this.#found.count) return false;
    return count > this.#found.count || selection.distance > this.#found.distance;
  }

  /** At least this many more: as many as the whole demands alone need, or any one split demand with the largest stocks. */
  #fewest(openWhole: number, openSplit: readonly number[], barred: ReadonlySet<number>): number {
    let fewest = (this.#best[openWhole] as Selection).count;
    openSplit.forEach((needed, split) => {
      let missing = needed;
      let count = 0;
      for (const location of this.#givers[split] as readonly number[]) {
        if (missing <= 0) break;
        if (barred.has(location)) continue;
        missing -= this.#unitsOf(location, this.#split[split] as number);
        count += 1;
      }
      fewest = Math.max(fewest, missing > 0 ? Number.POSITIVE_INFINITY : count);
    });
    return fewest;
  }

  /** Like `compare` with `location` added to `rest`, but builds it only when all sums are equal. */
  #compareAdded(location: number, rest: Selection, other: Selection): number {
    const { distance, priority } = this.#locations[location] as RankedLocation;
    return (
      rest.count + 1 - other.count ||
      rest.distance + distance - other.distance ||
      rest.priority + priority - other.priority ||
      compare(add(this.#locations, location, rest), other, this.#locations)
    );
  }
}

/** Below zero when `one` is better. */
function compare(one: Selection, other: Selection, locations: readonly RankedLocation[]): number {
  const sums = one.count - other.count || one.distance - other.distance || one.priority - other.priority;
  if (sums !== 0) return sums;
  const ids = idsIn(one, locations);
  const otherIds = idsIn(other, locations);
  for (let i = 0; i < ids.length; i++) if (ids[i] !== otherIds[i]) return (ids[i] as number) - (otherIds[i] as number);
  return 0;
}

function idsIn(selection: Selection, locations: readonly RankedLocation[]): number[] {
  return indexesIn(selection)
    .map((location) => (locations[location] as RankedLocation).locationId)
    .sort((a, b) => a - b);
}

function coverOf(units: readonly number[], demands: readonly Demand[], whole: readonly number[]): number {
  let cover = 0;
  whole.forEach((demand, bit) => {
    if ((units[demand] as number) >= (demands[demand] as Demand).needed) cover |= 1 << bit;
  });
  return cover;
}

/** Again and again the location that completes the most demands, or gives the most of the split ones. */
function chooseGreedily(
  locations: readonly RankedLocation[],
  demands: readonly Demand[],
  whole: readonly number[],
  split: readonly number[],
): Choice {
  const open = demands.map(({ needed }) => needed);
  const chosen = new Set<number>();
  const served = (location: number): number =>
    whole.filter((demand) => serves(locations, location, demand, open)).length;
  let mostServed = 1;
  while (open.some((needed) => needed > 0)) {
    const given = (location: number): number =>
      split.reduce((sum, demand) => sum + Math.min(open[demand] as number, unitsAt(locations, location, demand)), 0);
    const free = [...locations.keys()].filter((location) => !chosen.has(location));
    const rated = free.map((location) => ({ location, served: served(location), given: given(location) }));
    const [next] = rated.sort((a, b) => b.served - a.served || b.given - a.given || a.location - b.location);
    if (!next) throw new Error("No location is left, although each demand can be served");
    if (chosen.size === 0) mostServed = Math.max(1, next.served);
    for (const demand of whole) if (serves(locations, next.location, demand, open)) open[demand] = 0;
    for (const demand of split)
      open[demand] = Math.max(0, (open[demand] as number) - unitsAt(locations, next.location, demand));
    chosen.add(next.location);
  }
  const fewestPossible = Math.max(2, Math.ceil(whole.length / mostServed));
  const exact = false;
  return { chosen: [...chosen].sort((a, b) => a - b), fewestPossible, exact };
}

function unitsAt(locations: readonly RankedLocation[], location: number, demand: number): number {
  return (locations[location] as RankedLocation).units[demand] as number;
}

function serves(
  locations: readonly RankedLocation[],
  location: number,
  demand: number,
  open: readonly number[],
): boolean {
  const needed = open[demand] as number;
  return needed > 0 && unitsAt(locations, location, demand) >= needed;
}
