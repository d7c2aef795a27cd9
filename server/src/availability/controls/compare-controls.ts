import type { DocumentChange } from "../../platform/documents/document-kind.ts";
import type { AvailabilityControls, Control, ControlEffect, ControlScope } from "./control.ts";

/** The differences of two sound sets of rules, a sentence for each. A rule is known by its name; their order means nothing. */
export function compareControls(before: AvailabilityControls, after: AvailabilityControls): DocumentChange[] {
  const changes: DocumentChange[] = [];
  if (before.title !== after.title)
    changes.push({
      change: "changed",
      part: "title",
      pointer: "/title",
      sentence: `The name is now ${after.title} instead of ${before.title}.`,
      before: before.title,
      after: after.title,
    });
  const was = new Map(before.rules.map((rule) => [rule.name, rule]));
  const names = new Set(after.rules.map(({ name }) => name));
  before.rules.forEach((rule, place) => {
    if (names.has(rule.name)) return;
    const sentence = `The rule ${rule.name} is gone: ${inShort(rule)}.`;
    changes.push({ change: "removed", ...placeOf(place), sentence, before: rule, after: null });
  });
  after.rules.forEach((rule, place) => {
    const earlier = was.get(rule.name);
    if (earlier === undefined) {
      const sentence = `The rule ${rule.name} is new: ${inShort(rule)}.`;
      changes.push({ change: "added", ...placeOf(place), sentence, before: null, after: rule });
    } else if (JSON.stringify(earlier) !== JSON.stringify(rule)) {
      const [short, shortBefore] = [inShort(rule), inShort(earlier)];
      const sentence =
        short === shortBefore
          ? `The rule ${rule.name} names others than before.`
          : `The rule ${rule.name} is now ${short} instead of ${shortBefore}.`;
      changes.push({ change: "changed", ...placeOf(place), sentence, before: earlier, after: rule });
    }
  });
  return changes;
}

function placeOf(place: number): { part: string; pointer: string } {
  return { part: "rule", pointer: `/rules/${place}` };
}

/** A rule in codes, which are the same in all languages: `buffer 2 · channels amazon · until 2026-12-01T00:00:00Z`. */
function inShort({ effect, scope = {}, validFrom, validUntil }: Control): string {
  return [
    effectInShort(effect),
    ...scopeInShort(scope),
    ...(validFrom === undefined ? [] : [`from ${validFrom}`]),
    ...(validUntil === undefined ? [] : [`until ${validUntil}`]),
  ].join(" · ");
}

function effectInShort({ type, units, percent, period, timeZone }: ControlEffect): string {
  if (percent !== undefined) return `${type} ${percent} %`;
  const each = period === undefined ? "" : ` / ${period}${timeZone === undefined ? "" : ` ${timeZone}`}`;
  return units === undefined ? type : `${type} ${units}${each}`;
}

function scopeInShort({ attributes = {}, ...lists }: ControlScope): string[] {
  return [
    ...Object.entries(lists).map(([kind, codes]) => `${kind} ${shown(codes)}`),
    ...Object.entries(attributes).map(([key, values]) => `${key} = ${shown(values)}`),
  ];
}

const MAX_SHOWN = 8;

function shown(codes: readonly string[]): string {
  const more = codes.length - MAX_SHOWN;
  return `${codes.slice(0, MAX_SHOWN).join(", ")}${more > 0 ? ` +${more}` : ""}`;
}
