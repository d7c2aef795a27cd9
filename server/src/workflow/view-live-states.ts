import { Type, type Static } from "typebox";
import type { Database } from "../platform/db/database.ts";
import { momentField, orNull, textField, wholeField } from "../platform/http/described.ts";
import { common } from "../platform/refusals.ts";
import { countLiveStates, versionsOf } from "./live-states.ts";

export const LiveStates = Type.Object(
  {
    versions: Type.Array(
      Type.Object({
        version: orNull(
          wholeField("Version of the workflow; null: one that a previous release added while both were running.", 2),
        ),
        states: Type.Array(
          Type.Object({
            state: textField("Path of the state.", "open.picking"),
            label: textField("What it shows.", "picking"),
            count: wholeField("Entities that stand in it now.", 42),
            medianDwellSeconds: wholeField("Half of them have been there for longer, in seconds.", 5400),
            oldestAt: momentField("When the one that has been there longest came."),
          }),
          { description: "States in which something stands, in the workflow's order. Ends are left out." },
        ),
      }),
      { description: "Versions that something runs on, newest first." },
    ),
  },
  { $id: "LiveStates", description: "What stands where in the versions of a workflow." },
);

/** Live counts and how long they last, by version (X5). */
export async function viewLiveStates(database: Database, code: string): Promise<Static<typeof LiveStates>> {
  const versions = await versionsOf(database, code);
  if (versions.length === 0) throw common.refuse("notFound", { message: `There is no published workflow ${code}.` });
  const live = await countLiveStates(database, versions);
  const views = versions.map(({ id, version, leaves }) => ({
    version,
    states: leaves.flatMap(({ path, label }) => {
      const found = live.find(({ definitionId, state }) => definitionId === id && state === path);
      if (found === undefined) return [];
      const { count, medianDwellSeconds, oldestAt } = found;
      return [{ state: path, label, count, medianDwellSeconds, oldestAt: oldestAt.toISOString() }];
    }),
  }));
  return { versions: views.filter(({ states }) => states.length > 0) };
}
