import { expect, test } from "vitest";
import type { NetworkDirectory } from "../network/public.ts";
import { exceptionLevelDocuments, planEscalations } from "./exception-levels.ts";

const weekdays = Object.fromEntries(
  ["mon", "tue", "wed", "thu", "fri"].map((day) => [day, [{ from: "09:00", to: "17:00" }]]),
);
const FRIDAY_EVENING = new Date("2026-11-20T18:00:00Z");
const SATURDAY_EVENING = new Date("2026-11-21T18:00:00Z");

function planned(
  documents: Record<string, object>,
  kind: string,
  location: string | null = null,
  dueAt = SATURDAY_EVENING,
) {
  const inForce = new Map(
    Object.entries(documents).map(([code, content]) => [
      code,
      { code, version: 1, content, publishedAt: FRIDAY_EVENING },
    ]),
  );
  const york = { calendar: { openingHours: weekdays }, timeZone: "Europe/London" };
  const network = { locationByCode: (code: string) => (code === "york" ? york : undefined) };
  const plan = planEscalations({ inForce: () => inForce }, network as unknown as NetworkDirectory);
  return plan({ kind, location, openedAt: FRIDAY_EVENING, dueAt }).map(
    ({ at, team, alert }) => `${at} ${team} ${alert}`,
  );
}

test("as shipped, a webhook that is switched off on Friday evening reaches somebody at once, and again at its deadline (W7)", () => {
  const { shipped } = exceptionLevelDocuments({ inForce: () => new Map() });
  const documents = Object.fromEntries(shipped.map(({ code, content }) => [code, content as object]));
  expect(planned(documents, "webhookDisabled")).toEqual([
    "2026-11-20T18:00:00.000Z null true",
    "2026-11-21T18:00:00.000Z operations true",
  ]);
  expect(planned(documents, "shortOrder")).toEqual([
    "2026-11-21T18:00:00.000Z null true",
    "2026-11-21T22:00:00.000Z operations true",
  ]);
});

test("time runs only while people work: at hours of their own, or of the location that it concerns", () => {
  const level = [{ after: "PT1H", alert: true }];
  const own = { title: "Office", hours: { timeZone: "Europe/London", calendar: { openingHours: weekdays } } };
  expect(planned({ all: { ...own, escalations: level } }, "any")).toEqual(["2026-11-23T10:00:00.000Z null true"]);
  expect(planned({ all: { ...own, escalations: [{ after: "PT0S" }] } }, "any")).toEqual([
    "2026-11-23T09:00:00.000Z null false",
  ]);
  const stores = { all: { title: "Stores", hours: "location", escalations: level } };
  expect(planned(stores, "any", "york")).toEqual(["2026-11-23T10:00:00.000Z null true"]);
  expect(planned(stores, "any")).toEqual(["2026-11-21T19:00:00.000Z null true"]);
});

test("levels happen in the order of their moments; what only a newer release understands is left to a level that there always is", () => {
  const mixed = [{ after: "PT0S" }, { from: "opened", after: "PT1H", team: "night" }];
  expect(planned({ all: { title: "Mixed", escalations: mixed } }, "any")).toEqual([
    "2026-11-20T19:00:00.000Z night false",
    "2026-11-21T18:00:00.000Z null false",
  ]);
  for (const escalations of [[{ beacon: true }], [{ after: "tomorrow", team: "newer" }]])
    expect(planned({ all: { title: "Newer", escalations } }, "any")).toEqual(["2026-11-21T18:00:00.000Z null true"]);
});

test("no deadline, however late, gets a moment that the database does not read: the plans of all others would fail with it", () => {
  const level = { all: { title: "Late", escalations: [{ after: "PT4H" }] } };
  expect(planned(level, "any", null, new Date("9999-12-31T23:59:59Z"))).toEqual([
    "9999-12-31T00:00:00.000Z null false",
  ]);
});

test("levels are checked: at least one, durations that are some, kinds of which another document speaks", () => {
  const other = { title: "First", kinds: ["shortOrder"], escalations: [{ after: "PT0S" }] };
  const documents = new Map([["a", { code: "a", version: 1, content: other, publishedAt: FRIDAY_EVENING }]]);
  const { check } = exceptionLevelDocuments({ inForce: () => documents });
  expect(check({ title: "None", escalations: [] }, "b").faults).toMatchObject([{ pointer: "/escalations" }]);
  expect(check({ ...other, escalations: [{ after: "soon" }] }, "b")).toMatchObject({
    faults: [{ pointer: "/escalations/0/after" }],
    warnings: [{ pointer: "/kinds/0" }],
  });
  expect(check(other, "a")).toEqual({ faults: [], warnings: [] });
});
