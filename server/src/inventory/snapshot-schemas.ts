import { type Static, Type } from "typebox";
import { ItemProblem } from "../platform/http/bulk.ts";
import { CODE_PATTERN } from "../platform/reference-data/codes.ts";
import { LocationCode, Moment, SkuCode, SourceCode, StockPosition } from "./fact-schemas.ts";
import { MAX_QUANTITY } from "./limits.ts";

export const MAX_SNAPSHOT_ITEMS = 5_000;
const MAX_SNAPSHOT_LOCATIONS = 1_000;
const MAX_SNAPSHOT_SOURCES = 20;

const closed = { additionalProperties: false } as const;

export const StockSnapshot = Type.Object(
  {
    source: SourceCode,
    asOf: Moment(
      "The moment that the snapshot shows. Positions that have been counted then or later stay as they are.",
    ),
    basis: Type.Optional(
      Type.Enum(["physical", "available"], {
        default: "physical",
        description: "physical: all units there. available: without those that are allocated or damaged.",
        examples: ["physical"],
      }),
    ),
    scope: Type.Optional(
      Type.Enum(["full", "partial"], {
        default: "partial",
        description: "full: positions of the named locations that no item names have nothing on hand.",
        examples: ["partial"],
      }),
    ),
    locations: Type.Optional(
      Type.Array(LocationCode, {
        minItems: 1,
        maxItems: MAX_SNAPSHOT_LOCATIONS,
        description: "The locations of a full snapshot; without it those that the items name.",
        examples: [["DC-EAST"]],
      }),
    ),
    seenUntil: Type.Optional(
      Type.Record(
        Type.String({ pattern: CODE_PATTERN }),
        Moment("Up to when the snapshot had seen the source's facts."),
        {
          maxProperties: MAX_SNAPSHOT_SOURCES,
          description: "Sources whose facts the snapshot had seen only up to another time than `asOf`.",
          examples: [{ pos: "2026-11-19T22:00:00Z" }],
        },
      ),
    ),
    items: Type.Array(
      Type.Object(
        {
          sku: SkuCode,
          location: LocationCode,
          quantity: Type.Integer({
            minimum: -MAX_QUANTITY,
            maximum: MAX_QUANTITY,
            description: "Units, as `basis` says; only available ones can be negative.",
            examples: [12],
          }),
          damaged: Type.Optional(
            Type.Integer({
              minimum: 0,
              maximum: MAX_QUANTITY,
              description: "How many of the units there are damaged; absent: not counted.",
              examples: [1],
            }),
          ),
        },
        closed,
      ),
      {
        maxItems: MAX_SNAPSHOT_ITEMS,
        description: "What was counted. Of several items for a position the last one counts.",
      },
    ),
  },
  closed,
);
export type StockSnapshotInput = Static<typeof StockSnapshot>;

export const SnapshotAnswer = Type.Object(
  {
    items: Type.Array(
      Type.Object({
        index: Type.Integer({ description: "Place in the request, from 0.", examples: [0] }),
        status: Type.Enum(["ok", "refused"], { description: "Whether the item was taken.", examples: ["ok"] }),
        effect: Type.Optional(
          Type.Enum(["applied", "alreadyCounted"], {
            description:
              "applied: the position is what was counted and what has moved since. alreadyCounted: an equal or newer count stays.",
            examples: ["applied"],
          }),
        ),
        position: Type.Optional(StockPosition),
        problem: Type.Optional(ItemProblem),
      }),
      { description: "One result per item, in the order of the request." },
    ),
    unnamed: Type.Integer({
      description: "Positions that a full snapshot counted as nothing, because no item names them.",
      examples: [0],
    }),
  },
  { $id: "StockSnapshotAnswer", description: "Results; each item was taken or refused by itself." },
);
export type SnapshotAnswer = Static<typeof SnapshotAnswer>;
