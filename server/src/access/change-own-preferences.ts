import { type Static, Type } from "typebox";
import type { Transaction } from "../platform/db/database.ts";
import { statement } from "../platform/db/statements.ts";
import { recordAudit } from "../platform/events/record-audit.ts";
import type { Origin } from "../platform/events/record-events.ts";
import { lockAccess } from "./access.sql.ts";

export const OwnPreferences = Type.Object(
  {
    alertMails: Type.Boolean({
      description:
        "Whether mails tell you of what nobody in your teams has dealt with in time; the console does always.",
      examples: [false],
    }),
  },
  { additionalProperties: false, $id: "OwnPreferences", description: "What people choose for themselves." },
);

const write = statement(
  "access.changeOwnPreferences",
  "update access.users set alert_mails = $2, version = version + 1, updated_at = now() where id = $1",
);

export function changeOwnPreferences(
  transaction: Transaction,
  userId: string,
  { alertMails }: Static<typeof OwnPreferences>,
  origin: Origin,
): void {
  lockAccess(transaction);
  transaction.write(write, [userId, alertMails]);
  recordAudit(transaction, [
    { origin, action: "changeOwnPreferences", entityType: "user", entityId: userId, details: { alertMails } },
  ]);
}
