import type { NetworkDirectory } from "../../network/public.ts";
import type { Clock } from "../../platform/clock.ts";
import type { Publications } from "../../platform/documents/follow-publications.ts";
import type { AvailabilityControls, Control } from "./control.ts";
import { CONTROLS_CODE, CONTROLS_KIND } from "./control-documents.ts";
import { ControlSet } from "./control-set.ts";
import { endOf, startOf } from "./specificity.ts";

/** The rules that are in effect now. Another object is another set of rules, or another network: keep nothing across. */
export interface ControlsInForce {
  readonly current: ControlSet;
  /** The rules that the version in force has for another moment; not kept. */
  at(moment: Date): ControlSet;
}

export interface ControlsDependencies {
  publications: Publications;
  network: NetworkDirectory;
  clock: Clock;
}

/** Follows the published rules; a rule begins and ends on time without anybody publishing anything. */
export async function followControls({ publications, network, clock }: ControlsDependencies): Promise<ControlsInForce> {
  let rules: readonly Control[] = [];
  let set = new ControlSet([], network);
  let stale = true;
  let networkVersion = network.version;
  let nextEdge = Number.POSITIVE_INFINITY;
  await publications.follow(CONTROLS_KIND, (inForce) => {
    const published = inForce.get(CONTROLS_CODE)?.content as AvailabilityControls | undefined;
    rules = published?.rules ?? [];
    stale = true;
  });
  const arrange = (): void => {
    const now = clock.now();
    set = new ControlSet(rulesAt(rules, now), network);
    nextEdge = edgesOf(rules).find((edge) => edge > now.getTime()) ?? Number.POSITIVE_INFINITY;
    networkVersion = network.version;
    stale = false;
  };
  return {
    get current() {
      // Without rules that begin or end, nobody asks for the time.
      const isOver = nextEdge !== Number.POSITIVE_INFINITY && clock.now().getTime() >= nextEdge;
      if (stale || isOver || networkVersion !== network.version) arrange();
      return set;
    },
    at: (moment) => new ControlSet(rulesAt(rules, moment), network),
  };
}

export function rulesAt(rules: readonly Control[], moment: Date): Control[] {
  const at = moment.getTime();
  return rules.filter((rule) => startOf(rule) <= at && at < endOf(rule));
}

/** Moments at which another set of rules is in effect, ascending. */
function edgesOf(rules: readonly Control[]): number[] {
  return rules
    .flatMap((rule) => [startOf(rule), endOf(rule)])
    .filter(Number.isFinite)
    .sort((one, other) => one - other);
}
