import { statement } from "../platform/db/statements.ts";

/** Counts a change of this schema and locks all its writers until the commit. */
export const nextNetworkRevision = statement<{ revision: number }>(
  "network.nextRevision",
  "update network.revision set revision = revision + 1 returning revision",
);
