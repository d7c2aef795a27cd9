import { type Static, Type } from "typebox";
import { orNull, textField, wholeField } from "../../platform/http/described.ts";
import { PageQuery } from "../../platform/http/paging.ts";
import { CODE_PATTERN } from "../../platform/reference-data/codes.ts";

const MAX_NAMED = 500;
const closed = { additionalProperties: false } as const;

const code = (description: string, example: string) =>
  Type.String({ pattern: CODE_PATTERN, description, examples: [example] });
const sku = code("Code of the SKU.", "SHIRT-RED-M");
const location = code("Code of the location.", "store-leeds");
const filter = { sku: Type.Optional(sku), location: Type.Optional(location) };
const measure = {
  maxShortPercent: Type.Optional(
    Type.Number({
      minimum: 0,
      maximum: 100,
      default: 1,
      description: "Of the units promised from the location, those that may turn out not to be there.",
      examples: [0.5],
    }),
  ),
  days: Type.Optional(
    Type.Integer({ minimum: 1, maximum: 365, default: 90, description: "Days that are looked at.", examples: [90] }),
  ),
};

export const ProposalQuery = Type.Object({ ...PageQuery, ...filter, ...measure }, closed);
export type ProposalQuery = Static<typeof ProposalQuery>;

export const BufferProposal = Type.Object(
  {
    sku,
    name: textField("Name of the SKU.", "Shirt, red, M"),
    location,
    accepted: wholeField("Units that are kept back there because they were measured and accepted before.", 1),
    proposed: orNull(
      wholeField(
        "The smallest buffer that would have kept to the rate, never less than what is accepted; null: nothing was promised.",
        2,
      ),
    ),
    promised: wholeField("Units that orders were promised from there in these days.", 310),
    shorts: wholeField("How often units were promised and not there.", 4),
    shortUnits: wholeField("Units that would not have been there with no measured buffer.", 9),
    shortUnitsWith: wholeField("Those with what is proposed.", 3),
    lagSeconds: orNull(wholeField("How late news of its stock came, 19 of 20 sooner; null: none came.", 240)),
  },
  { $id: "BufferProposal", description: "A buffer as measured, and what it was measured by." },
);
export type BufferProposal = Static<typeof BufferProposal>;

const Position = Type.Object({ sku, location }, closed);

/** Exactly one of the two. */
const chosen = {
  items: Type.Optional(Type.Array(Position, { minItems: 1, maxItems: MAX_NAMED, description: "These positions." })),
  filter: Type.Optional(Type.Object(filter, { ...closed, description: "All that it finds; empty: all." })),
};

export const BuffersToAccept = Type.Object(
  { ...chosen, ...measure },
  {
    ...closed,
    $id: "BuffersToAccept",
    description: "Positions at which what is proposed is kept back, named or found by a filter.",
  },
);
export const BuffersToWithdraw = Type.Object(chosen, {
  ...closed,
  $id: "BuffersToWithdraw",
  description: "Positions at which nothing is kept back any more because it was measured.",
});
export type ChosenBuffers = Static<typeof BuffersToWithdraw>;

export const BuffersChanged = Type.Object(
  { changed: wholeField("Positions at which another buffer is kept now.", 42) },
  { $id: "BuffersChanged", description: "What accepting or withdrawing buffers has changed." },
);
