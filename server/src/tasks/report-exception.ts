import { type Static, Type } from "typebox";
import type { Transaction } from "../platform/db/database.ts";
import { recordAudit } from "../platform/events/record-audit.ts";
import type { Origin } from "../platform/events/record-events.ts";
import type { Principal } from "../platform/http/route.ts";
import { common } from "../platform/refusals.ts";
import { raiseExceptions } from "./raise-exceptions.ts";
import { isRemedied } from "./remedies.ts";

const name = (description: string, example: string) =>
  Type.String({ pattern: "^[a-z][A-Za-z0-9]{0,63}$", description, examples: [example] });

/** What people and other systems report: something contradicts, is stuck or must be looked at. */
export const ExceptionReport = Type.Object(
  {
    kind: name("What kind it is; one can be open per kind and entity.", "carrierContradiction"),
    entityType: name("What it concerns.", "order"),
    entityId: Type.String({
      minLength: 1,
      maxLength: 100,
      description: "ID of what it concerns.",
      examples: ["01a20194-6c25-7000-82d6-c0314576db38"],
    }),
    reason: Type.String({
      minLength: 1,
      maxLength: 500,
      description: "What is wrong.",
      examples: ["The carrier lost the parcel."],
    }),
    nextAction: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 500,
        description: "What its owner can do.",
        examples: ["Offer the customer a refund."],
      }),
    ),
    ownerTeam: Type.String({
      minLength: 1,
      maxLength: 64,
      description: "Who looks at it.",
      examples: ["customer-service"],
    }),
    dueAt: Type.String({ format: "date-time", description: "Until when, in ten years at the latest." }),
    details: Type.Optional(
      Type.Record(Type.String({ maxLength: 64 }), Type.Unknown(), {
        maxProperties: 50,
        description:
          "What helps to decide; no personal data. Whoever is limited names one of his locations as `location` (channels as `channel`); his only one is added by itself.",
      }),
    ),
  },
  { additionalProperties: false },
);

const LONGEST_MS = 10 * 366 * 24 * 3_600_000;

/** Opens it, unless one of this kind is open for the entity already (W7). */
export function reportException(
  transaction: Transaction,
  report: Static<typeof ExceptionReport>,
  principal: Pick<Principal, "locationCodes" | "channelCodes">,
  origin: Origin,
  now: Date,
): { reported: true } {
  if (isRemedied(report.kind)) {
    const message = "must not be a kind that the system raises itself";
    throw common.refuse("invalidInput", { message: `/kind: ${message}.`, faults: [{ pointer: "/kind", message }] });
  }
  const { nextAction, details = {}, dueAt, ...rest } = report;
  if (Date.parse(dueAt) > now.getTime() + LONGEST_MS) {
    const message = "must be within ten years";
    throw common.refuse("invalidInput", { message: `/dueAt: ${message}.`, faults: [{ pointer: "/dueAt", message }] });
  }
  const location = ownCode("location", principal.locationCodes, details);
  const channel = ownCode("channel", principal.channelCodes, details);
  raiseExceptions(
    transaction,
    [
      {
        ...rest,
        ...(nextAction === undefined ? {} : { nextAction }),
        details: { ...details, ...(location && { location }), ...(channel && { channel }) },
        dueAt: new Date(dueAt),
        reportedFrom: [location && `location ${location}`, channel && `channel ${channel}`].filter(Boolean).join(" "),
      },
    ],
    origin,
  );
  recordAudit(transaction, [
    {
      origin,
      action: "reportException",
      entityType: report.entityType,
      entityId: report.entityId,
      details: { kind: report.kind },
    },
  ]);
  return { reported: true };
}

/**
 * Of whoever is limited every report names one of his locations (channels), so that he sees it himself and nobody takes it
 * for one of elsewhere. Null: no limit, and the report names what it likes.
 */
function ownCode(
  name: "location" | "channel",
  codes: ReadonlySet<string> | null,
  details: Readonly<Record<string, unknown>>,
): string | null {
  if (codes === null) return null;
  const given = details[name] ?? (codes.size === 1 ? [...codes][0] : undefined);
  if (typeof given === "string" && codes.has(given)) return given;
  const pointer = `/details/${name}`;
  throw common.refuse("invalidInput", {
    message: `The report must name one of your ${name}s.`,
    faults: [{ pointer, message: `must be the code of one of your ${name}s` }],
  });
}
