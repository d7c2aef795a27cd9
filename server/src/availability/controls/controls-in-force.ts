import type { NetworkDirectory } from "../../network/public.ts";
import type { Clock } from "../../platform/clock.ts";
import { faultsOfSchema } from "../../platform/documents/faults-of-schema.ts";
import type { Publications, PublishedDocument } from "../../platform/documents/follow-publications.ts";
import { AvailabilityControls, Control } from "./control.ts";
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
  /** Told, in a sentence, when what is published is not in force here as it says. */
  report: (problem: string) => void;
}

/** Follows the published rules; a rule begins and ends on time, and quotas begin anew, without anybody publishing anything. */
export async function followControls(dependencies: ControlsDependencies): Promise<ControlsInForce> {
  const { publications, network, clock, report } = dependencies;
  let rules: readonly Control[] = [];
  let hasFormer = false;
  let set = new ControlSet([], network, clock.now());
  let stale = true;
  let networkVersion = network.version;
  let nextEdge = Number.POSITIVE_INFINITY;
  await publications.follow(CONTROLS_KIND, (inForce) => {
    const published = inForce.get(CONTROLS_CODE);
    const known = published === undefined ? { rules: [], problem: null } : understand(published);
    if (known.problem !== null) report(hasFormer ? `${known.problem}: the former rules hold on` : known.problem);
    if (known.problem !== null && hasFormer) return;
    rules = known.rules;
    hasFormer = true;
    stale = true;
  });
  const arrange = (): void => {
    const now = clock.now();
    set = new ControlSet(rulesAt(rules, now), network, now);
    const edge = edgesOf(rules).find((moment) => moment > now.getTime()) ?? Number.POSITIVE_INFINITY;
    nextEdge = Math.min(edge, set.nextPeriod?.getTime() ?? Number.POSITIVE_INFINITY);
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
    at: (moment) => new ControlSet(rulesAt(rules, moment), network, moment),
  };
}

/**
 * What a newer release has published may say more than this one understands. Read as if that were not there, "do not
 * promise what is picked up" would be "promise nothing": a rule that is not understood as a whole is none.
 */
function understand({ version, content }: PublishedDocument): { rules: readonly Control[]; problem: string | null } {
  const [fault] = faultsOfSchema(AvailabilityControls, content);
  if (fault === undefined) return { rules: (content as AvailabilityControls).rules, problem: null };
  const all = (content as { rules?: unknown } | null)?.rules;
  const listed: readonly unknown[] = Array.isArray(all) ? all : [];
  const rules = listed.filter((rule): rule is Control => faultsOfSchema(Control, rule).length === 0);
  const place = `${fault.pointer || "its content"} ${fault.message}`;
  const problem = `version ${version} of the availability rules is not understood (${place}), ${listed.length - rules.length} of its ${listed.length} rules are not`;
  return { rules, problem };
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
