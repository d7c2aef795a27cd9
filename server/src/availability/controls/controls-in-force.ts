import { type MeasuredBuffers, NO_MEASURED_BUFFERS } from "../measured/measured-buffers.ts";
import type { NetworkDirectory } from "../../network/public.ts";
import type { Clock } from "../../platform/clock.ts";
import { faultsOfSchema } from "../../platform/documents/faults-of-schema.ts";
import type { Publications, PublishedDocument } from "../../platform/documents/follow-publications.ts";
import { AvailabilityControls, Control } from "./control.ts";
import { CONTROLS_CODE, CONTROLS_KIND } from "./control-documents.ts";
import { ControlSet } from "./control-set.ts";
import { groupsMeetIn } from "./check-controls.ts";
import { endOf, EVER, findTies, startOf } from "./specificity.ts";

/** The rules that are in effect now. Another object is another set of rules, or another network: keep nothing across. */
export interface ControlsInForce {
  readonly current: ControlSet;
  /**
   * What others have published cannot be read for longer than a few seconds: whoever sold on might sell what is recalled. Until then
   * a publication takes a quarter of a second to reach all processes.
   */
  readonly isOutOfDate: boolean;
  /** The rules that the version that is in force now has for another moment; not kept. */
  currentAt(moment: Date): ControlSet;
}

export interface ControlsDependencies {
  publications: Publications;
  network: NetworkDirectory;
  clock: Clock;
  /** Absent: none. */
  measured?: MeasuredBuffers;
  /** Told, in a sentence, when what is published is not in force here as it says; null when it is again. */
  report: (problem: string | null) => void;
}

const MAX_UNKNOWN_MS = 5_000;

/** Follows the published rules; a rule begins and ends on time, and quotas begin anew, without anybody publishing anything. */
export async function followControls(dependencies: ControlsDependencies): Promise<ControlsInForce> {
  const { publications, network, clock, report, measured = NO_MEASURED_BUFFERS } = dependencies;
  let rules: readonly Control[] = [];
  let version = 0;
  let hasFormer = false;
  let misunderstood: string | null = null;
  // At first it is not known what a process before this one has told: that all is well is said as well.
  let told: string | null | undefined;
  let set = new ControlSet([], network, clock.now());
  let stale = true;
  let networkVersion = network.version;
  let measuredRevision = measured.revision;
  let nextEdge = Number.POSITIVE_INFINITY;
  const tellProblems = (): void => {
    const problem = misunderstood ?? tiesToday(rules, network);
    if (problem === told) return;
    told = problem;
    report(problem);
  };
  await publications.follow(CONTROLS_KIND, (inForce) => {
    const published = inForce.get(CONTROLS_CODE);
    const known = published === undefined ? { rules: [], problem: null } : understand(published);
    misunderstood = known.problem !== null && hasFormer ? `${known.problem}: the former rules hold on` : known.problem;
    if (misunderstood === null || !hasFormer) {
      rules = known.rules;
      version = published?.version ?? 0;
      hasFormer = true;
      stale = true;
    }
    tellProblems();
  });
  // A change of the network may have brought two rules together that could not meet when they were checked.
  network.onChanged(tellProblems);
  const arrange = (): void => {
    const now = clock.now();
    set = new ControlSet(rulesAt(rules, now), network, now, version, measured);
    const edge = edgesOf(rules).find((moment) => moment > now.getTime()) ?? Number.POSITIVE_INFINITY;
    nextEdge = Math.min(edge, set.nextPeriod?.getTime() ?? Number.POSITIVE_INFINITY);
    networkVersion = network.version;
    measuredRevision = measured.revision;
    stale = false;
  };
  return {
    get isOutOfDate() {
      return publications.unknownForMs > MAX_UNKNOWN_MS;
    },
    get current() {
      // Without rules that begin or end, nobody asks for the time.
      const isOver = nextEdge !== Number.POSITIVE_INFINITY && clock.now().getTime() >= nextEdge;
      const isOther = networkVersion !== network.version || measuredRevision !== measured.revision;
      if (stale || isOver || isOther) arrange();
      return set;
    },
    currentAt: (moment) => new ControlSet(rulesAt(rules, moment), network, moment, version, measured),
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

function tiesToday(rules: readonly Control[], network: NetworkDirectory): string | null {
  const [tie] = findTies(rules, groupsMeetIn(network));
  if (tie === undefined) return null;
  const [one, other] = tie.map((place) => `“${rules[place]!.name}”`);
  return `the availability rules ${one} and ${other} are about the same since the network has changed, and neither is more specific: the earlier in the document holds`;
}

export function rulesAt(rules: readonly Control[], moment: Date): Control[] {
  const at = moment.getTime();
  return rules.filter((rule) => startOf(rule) <= at && at < endOf(rule));
}

/** Moments at which another set of rules is in effect, ascending. */
function edgesOf(rules: readonly Control[]): number[] {
  return rules
    .flatMap((rule) => [startOf(rule), endOf(rule)])
    .filter((edge) => Math.abs(edge) < EVER)
    .sort((one, other) => one - other);
}
