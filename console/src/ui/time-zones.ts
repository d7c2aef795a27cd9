/** The browser's list leaves out some names that are valid all the same, such as UTC. */
export function timeZonesWith(current: string): string[] {
  return [...new Set([...Intl.supportedValuesOf("timeZone"), "UTC", current])].toSorted();
}
