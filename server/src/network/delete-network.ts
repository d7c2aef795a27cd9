import type { Clock } from "../platform/clock.ts";
import type { Database } from "../platform/db/database.ts";
import { statement } from "../platform/db/statements.ts";
import { recordAudit } from "../platform/events/record-audit.ts";
import type { Origin } from "../platform/events/record-events.ts";
import { common } from "../platform/refusals.ts";
import { networkEvents } from "./events.ts";
import { nextNetworkRevision } from "./network.sql.ts";
import { network as networkRefusals } from "./refusals.ts";

const readNetwork = statement<{ id: number; uuid: string; version: number; channels: string[] }>(
  "network.readNetworkForDelete",
  `select id, uuid, version, array(select code from network.channels where network_id = network.id order by code limit 20) as channels
   from network.networks network where code = $1`,
);
const deleteMembers = statement(
  "network.deleteMembers",
  "delete from network.network_locations where network_id = $1::int",
);
const deleteRow = statement("network.deleteNetwork", "delete from network.networks where id = $1::int");

/** A network is only a set of locations: no order refers to it, so it can go once no channel needs it. */
export async function deleteNetwork(
  database: Database,
  code: string,
  ifMatch: number | null,
  call: { origin: Origin; clock: Clock },
): Promise<void> {
  await database.transaction(async (transaction) => {
    await transaction.read(nextNetworkRevision);
    const [found] = await transaction.read(readNetwork, [code]);
    if (found === undefined) throw common.refuse("notFound", { message: `There is no network ${code}.` });
    if (ifMatch !== null && ifMatch !== found.version)
      throw common.refuse("versionConflict", { details: { version: found.version } });
    if (found.channels.length > 0) {
      throw networkRefusals.refuse("networkInUse", {
        message: `It serves ${found.channels.join(", ")}.`,
        details: { channels: found.channels },
      });
    }
    transaction.write(deleteMembers, [found.id]);
    transaction.write(deleteRow, [found.id]);
    const version = found.version + 1;
    networkEvents.record(transaction, [
      {
        type: "network.deleted",
        entityId: found.uuid,
        sequence: version,
        occurredAt: call.clock.now(),
        origin: call.origin,
        data: { network: code, version },
      },
    ]);
    recordAudit(transaction, [{ origin: call.origin, action: "deleteNetwork", entityType: "network", entityId: code }]);
  });
}
