import type { NetworkDirectory } from "../network/public.ts";
import type { Principal } from "../platform/http/route.ts";
import { inventory } from "./refusals.ts";

/** Whether a location exists is not told to somebody who may not see it. */
export function visibleLocation(network: NetworkDirectory, principal: Principal, code: string) {
  return principal.locationCodes === null || principal.locationCodes.has(code)
    ? network.locationByCode(code)
    : undefined;
}

/** The locations that a list may show: the one asked for, or all of the caller's; null is every location. */
export function visibleLocationIds(
  network: NetworkDirectory,
  principal: Principal,
  code: string | undefined,
): number[] | null {
  if (code !== undefined) {
    const location = visibleLocation(network, principal, code);
    if (location === undefined) {
      throw inventory.refuse("unknownLocation", {
        message: `There is no location ${code} that you may see.`,
        faults: [{ pointer: "?location", message: "is not known" }],
      });
    }
    return [location.id];
  }
  if (principal.locationCodes === null) return null;
  return [...principal.locationCodes].flatMap((own) => network.locationByCode(own)?.id ?? []);
}
