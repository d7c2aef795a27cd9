import { isTimeZone, type NetworkDirectory } from "../../network/public.ts";
import type { DocumentCheck } from "../../platform/documents/document-kind.ts";
import { faultsOfSchema } from "../../platform/documents/faults-of-schema.ts";
import type { Fault } from "../../platform/refusals.ts";
import { AvailabilityControls, type Control } from "./control.ts";
import { findTies, type GroupsMeet } from "./specificity.ts";

/** What keeps the rules from being published, and what is allowed but probably not meant. */
export function checkControls(network: NetworkDirectory, content: unknown, now: Date): DocumentCheck {
  const wrong = faultsOfSchema(AvailabilityControls, content);
  if (wrong.length > 0) return { faults: wrong, warnings: [] };
  const { rules } = content as AvailabilityControls;
  return {
    faults: [...rules.flatMap(faultsOfRule), ...faultsOfNames(rules), ...faultsOfTies(rules, groupsMeetIn(network))],
    warnings: rules.flatMap((rule, place) => warningsOf(rule, place, network, now)),
  };
}

function faultsOfRule({ effect, validFrom, validUntil }: Control, place: number): Fault[] {
  const faults: Fault[] = [];
  const noteFault = (pointer: string, message: string): void =>
    void faults.push({ pointer: `/rules/${place}${pointer}`, message });
  const amounts = [effect.units, effect.percent].filter((one) => one !== undefined).length;
  if (effect.type === "exclude" || effect.type === "include") {
    if (amounts > 0) noteFault("/effect", "says how many units, but leaves out or takes in all of them");
  } else if (effect.type === "buffer") {
    if (amounts !== 1) noteFault("/effect", "must say either units or a percentage");
  } else if (effect.units === undefined || amounts !== 1) noteFault("/effect", "must say units, and no percentage");
  const { period, timeZone } = effect;
  if (effect.type !== "quota" && (period ?? timeZone) !== undefined)
    noteFault("/effect", "says a period or a time zone, which only quotas have");
  if (effect.type === "quota" && period === undefined && timeZone !== undefined)
    noteFault("/effect/timeZone", "is only for a quota that begins anew each day or week");
  if (timeZone !== undefined && !isTimeZone(timeZone)) noteFault("/effect/timeZone", "is not a time zone of IANA");
  if (validFrom !== undefined && validUntil !== undefined && Date.parse(validFrom) >= Date.parse(validUntil))
    noteFault("/validUntil", "must be later than the moment from which the rule holds");
  return faults;
}

function faultsOfNames(rules: readonly Control[]): Fault[] {
  const seen = new Set<string>();
  return rules.flatMap(({ name }, place): Fault[] => {
    if (!seen.has(name)) {
      seen.add(name);
      return [];
    }
    return [{ pointer: `/rules/${place}/name`, message: "is the name of another rule as well" }];
  });
}

function faultsOfTies(rules: readonly Control[], groupsMeet: GroupsMeet): Fault[] {
  return findTies(rules, groupsMeet).map(([one, other]) => ({
    pointer: `/rules/${other}`,
    message: `ties with the rule “${rules[one]!.name}”: “${rules[other]!.name}” can be about the same, and neither is more specific`,
  }));
}

/** Whether some location is in groups of both. */
export function groupsMeetIn(network: NetworkDirectory): GroupsMeet {
  let known: (readonly string[])[] | null = null;
  const groupsOfAll = (): (readonly string[])[] => (known ??= [...network.locations()].map(({ groups }) => groups));
  return (some, others) =>
    some.some((group) => others.includes(group)) ||
    groupsOfAll().some(
      (groups) => groups.some((one) => some.includes(one)) && groups.some((one) => others.includes(one)),
    );
}

/** Names of what does not exist: it may exist tomorrow, but mostly it is a slip of the pen. */
function warningsOf({ scope = {}, validUntil }: Control, place: number, network: NetworkDirectory, now: Date): Fault[] {
  const warnings: Fault[] = [];
  const noteProblem = (pointer: string, message: string): void =>
    void warnings.push({ pointer: `/rules/${place}${pointer}`, message });
  scope.channels?.forEach((code, at) => {
    if (network.channelByCode(code) === undefined) noteProblem(`/scope/channels/${at}`, `there is no channel ${code}`);
  });
  scope.locations?.forEach((code, at) => {
    if (network.locationByCode(code) === undefined)
      noteProblem(`/scope/locations/${at}`, `there is no location ${code}`);
  });
  scope.vendors?.forEach((code, at) => {
    if (network.locationByCode(code)?.type !== "vendor")
      noteProblem(`/scope/vendors/${at}`, `there is no location ${code} of the type vendor`);
  });
  const groups = new Set([...network.locations()].flatMap((location) => location.groups));
  scope.locationGroups?.forEach((group, at) => {
    if (!groups.has(group)) noteProblem(`/scope/locationGroups/${at}`, `no location is in the group ${group}`);
  });
  if (scope.vendors !== undefined && scope.locationTypes !== undefined && !scope.locationTypes.includes("vendor"))
    noteProblem("/scope/locationTypes", "is without vendors, so the rule is about no location at all");
  scope.categories?.forEach((path, at) => {
    if (path.startsWith("/") || path.endsWith("/"))
      noteProblem(`/scope/categories/${at}`, "has a slash at an end, which no category has");
  });
  const markets = new Set([...network.channels()].map(({ market }) => market));
  scope.markets?.forEach((market, at) => {
    if (!markets.has(market)) noteProblem(`/scope/markets/${at}`, `no channel serves the market ${market}`);
  });
  if (validUntil !== undefined && Date.parse(validUntil) <= now.getTime()) noteProblem("/validUntil", "is in the past");
  return warnings;
}
