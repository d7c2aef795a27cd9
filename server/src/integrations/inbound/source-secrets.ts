import { randomBytes } from "node:crypto";
import { type Static, Type } from "typebox";
import { statement } from "../../platform/db/statements.ts";
import type { Database, Transaction } from "../../platform/db/database.ts";
import { recordAudit } from "../../platform/events/record-audit.ts";
import type { Origin } from "../../platform/events/record-events.ts";
import { momentField, orNull, textField } from "../../platform/http/described.ts";
import type { SecretBox } from "../../platform/secrets.ts";
import { integrations } from "../refusals.ts";
import type { CompiledSource } from "./compile-source.ts";
import { secretContext } from "./source-directory.ts";
import { secretFault } from "./verify-request.ts";

const SECRET_BYTES = 32;

export const NewInboundSecret = Type.Object(
  {
    secret: Type.Optional(
      Type.String({
        minLength: 16,
        maxLength: 256,
        pattern: "^[\\x21-\\x7e]+$",
        description: "The secret that the sender signs with. Absent: one is made and shown once.",
        examples: ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo="],
      }),
    ),
    overlapHours: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 168,
        default: 24,
        description: "How long the secret before it is believed as well.",
        examples: [24],
      }),
    ),
  },
  { additionalProperties: false, $id: "NewInboundSecret", description: "A new secret of a source of events." },
);

export const InboundSecret = Type.Object(
  {
    source: textField("Code of the source.", "carrier"),
    secret: orNull(
      textField(
        "The secret that was made, shown only now; null where it was given, or the answer is repeated.",
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo=",
      ),
    ),
  },
  { $id: "InboundSecret", description: "That a source has a new secret." },
);

export const SecretState = Type.Object(
  {
    source: textField("Code of the source.", "carrier"),
    setAt: orNull(momentField("Since when it has its secret; null: it has none, and nothing of it is believed.")),
    previousUntil: orNull(momentField("Until when the secret before is believed as well; null: it is not.")),
  },
  { $id: "InboundSource", description: "Whether a source of events can be believed." },
);

const readState = statement<{ set_at: Date; previous_until: Date | null }>(
  "integrations.readInboundSecretState",
  `select set_at, case when previous_secret_until > now() then previous_secret_until end as previous_until
   from integrations.inbound_secrets where source = $1`,
);

/** Whether a source has a secret; the secret itself is shown to nobody. */
export async function readSecretState(database: Database, source: string): Promise<Static<typeof SecretState>> {
  const [row] = await database.read(readState, [source]);
  return {
    source,
    setAt: row?.set_at.toISOString() ?? null,
    previousUntil: row?.previous_until?.toISOString() ?? null,
  };
}

const putSecret = statement(
  "integrations.putInboundSecret",
  `insert into integrations.inbound_secrets (source, secret, set_by) values ($1, $2, $3)
   on conflict (source) do update set
     previous_secret = case when $4::int > 0 then inbound_secrets.secret end,
     previous_secret_until = case when $4::int > 0 then now() + $4::int * interval '1 hour' end,
     secret = excluded.secret, set_at = now(), set_by = excluded.set_by`,
);

/** Gives a source a secret, or the next one; the one before is believed for a while. Answers the one that was made. */
export function setSecret(
  transaction: Transaction,
  box: SecretBox,
  source: CompiledSource,
  { secret, overlapHours = 24 }: Static<typeof NewInboundSecret>,
  origin: Origin,
): string | null {
  const fault = secret === undefined ? null : secretFault(source.content, secret);
  if (fault !== null)
    throw integrations.refuse("wrongSecret", {
      message: `The secret ${fault}.`,
      faults: [{ pointer: "/secret", message: fault }],
    });
  const made = secret ?? `whsec_${randomBytes(SECRET_BYTES).toString("base64")}`;
  const { code } = source;
  transaction.write(putSecret, [code, box.seal(made, secretContext(code)), origin.actor, overlapHours]);
  recordAudit(transaction, [
    { origin, action: "setInboundSecret", entityType: "inboundSource", entityId: code, details: { overlapHours } },
  ]);
  return secret === undefined ? made : null;
}
