import { Type, type Static } from "typebox";
import type { Database } from "../platform/db/database.ts";
import { arrayLiteral, statement } from "../platform/db/statements.ts";

/** More than people can tell apart; a network with more is cut off and says so. */
const MAX_GROUPS = 2_000;

export const LocationGroups = Type.Object(
  {
    data: Type.Array(
      Type.Object({
        group: Type.String({ description: "The group's name.", examples: ["hub"] }),
        locations: Type.Integer({ description: "Locations of this group.", examples: [12] }),
      }),
      { description: "Groups that locations have, by name." },
    ),
    complete: Type.Boolean({ description: `False when there are more than ${MAX_GROUPS}.`, examples: [true] }),
  },
  { $id: "LocationGroups", description: "The groups of locations." },
);

const countByGroup = statement<{ group: string; locations: number }>(
  "network.countByGroup",
  `select member as "group", count(*)::int as locations
     from network.locations, unnest(groups) as member
    where $1::text[] is null or code = any($1)
    group by member order by member limit $2::int`,
);

/** Of the locations that the reader may see. */
export async function listLocationGroups(
  database: Database,
  scope: ReadonlySet<string> | null,
): Promise<Static<typeof LocationGroups>> {
  const codes = scope === null ? null : arrayLiteral("text", [...scope]);
  const rows = await database.read(countByGroup, [codes, MAX_GROUPS + 1]);
  return { data: rows.slice(0, MAX_GROUPS), complete: rows.length <= MAX_GROUPS };
}
