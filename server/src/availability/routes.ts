import { Type } from "typebox";
import { closedSignal } from "../platform/http/closed-signal.ts";
import { type Call, route, type Route } from "../platform/http/route.ts";
import { isDay } from "../platform/http/formats.ts";
import { CODE_PATTERN } from "../platform/reference-data/codes.ts";
import { common, type Refusal } from "../platform/refusals.ts";
import { type AnswerDependencies, AvailabilityAnswers, MAX_DATES, MAX_SKUS } from "./answer-availability.ts";
import {
  ControlsEffect,
  ControlsTrial,
  createControlsPreview,
  type PreviewDependencies,
} from "./controls/preview-controls.ts";
import { ExplainQuery, explainAvailability, Explanation } from "./explain-availability.ts";
import type { BufferDependencies } from "./measured/buffer-proposals.ts";
import { bufferRoutes } from "./measured/buffer-routes.ts";
import { availability } from "./refusals.ts";

export { feedRoutes } from "./feed/feed-routes.ts";

/** Days that do not exist are refused one by one. */
const DAY = "[0-9]{4}-[0-9]{2}-[0-9]{2}";
const LABELS = ["in_stock", "low_stock", "out_of_stock", "unknown"] as const;
/** 15 KiB: Node refuses longer request heads anyway; POST takes more. */
const MAX_LIST_CHARACTERS = 15_360;

const channel = Type.String({
  pattern: CODE_PATTERN,
  description: "Code of the channel that asks.",
  examples: ["web"],
});
const locations = Type.Optional(
  Type.Boolean({ default: false, description: "With the units of each location that has some.", examples: [true] }),
);

const AvailabilityQuery = Type.Object(
  {
    channel,
    skus: Type.String({
      maxLength: MAX_LIST_CHARACTERS,
      pattern: "^[A-Za-z0-9][A-Za-z0-9._:/-]*(,[A-Za-z0-9][A-Za-z0-9._:/-]*)*$",
      description: `SKU codes, separated by commas; at most ${MAX_SKUS}.`,
      examples: ["TSHIRT-RED-M,TSHIRT-RED-L"],
    }),
    locations,
    dates: Type.Optional(
      Type.String({
        pattern: `^${DAY}(,${DAY}){0,${MAX_DATES - 1}}$`,
        description: `Days, separated by commas, at most ${MAX_DATES}: with what can be promised then, expected receipts included.`,
        examples: ["2026-12-01,2026-12-24"],
      }),
    ),
  },
  { additionalProperties: false },
);

const AvailabilityQuestion = Type.Object(
  {
    channel,
    skus: Type.Array(Type.String({ pattern: CODE_PATTERN }), {
      minItems: 1,
      maxItems: MAX_SKUS,
      description: "SKU codes.",
      examples: [["TSHIRT-RED-M", "TSHIRT-RED-L"]],
    }),
    locations,
    dates: Type.Optional(
      Type.Array(Type.String({ format: "date" }), {
        minItems: 1,
        maxItems: MAX_DATES,
        description: "Days for which to say what can be promised then as well, expected receipts included.",
        examples: [["2026-12-01", "2026-12-24"]],
      }),
    ),
  },
  {
    additionalProperties: false,
    $id: "AvailabilityQuestion",
    description: "What is asked of a channel's availability.",
  },
);

const dates = Type.Optional(
  Type.Array(
    Type.Object({
      date: Type.String({
        format: "date",
        description: "The day, by the calendar of each location.",
        examples: ["2026-12-24"],
      }),
      quantity: Type.Integer({
        minimum: 0,
        description:
          "Units that can be promised for that day: what is free now, and what is to come by then and promised to nobody.",
        examples: [41],
      }),
    }),
    { description: "One per day asked for, in that order." },
  ),
);
const quantity = Type.Integer({ minimum: 0, description: "Units that can be promised now.", examples: [17] });

const AvailabilityItem = Type.Object(
  {
    sku: Type.String({ description: "The code that was asked for.", examples: ["TSHIRT-RED-M"] }),
    quantity,
    dates,
    label: Type.Enum(LABELS, {
      description:
        "For product pages: low stock is at or below the channel's threshold; unknown is not in the catalog.",
      examples: ["in_stock"],
    }),
    locations: Type.Optional(
      Type.Array(
        Type.Object({
          location: Type.String({ description: "Code of the location.", examples: ["DC-1"] }),
          quantity,
          dates,
        }),
        { description: "The channel's locations that have units and that the caller may see." },
      ),
    ),
  },
  { $id: "AvailabilityItem", description: "What can be promised of one SKU." },
);

const Availability = Type.Object(
  {
    channel: Type.String({ description: "Code of the channel.", examples: ["web"] }),
    asOf: Type.String({
      format: "date-time",
      description: "Every change committed before this moment is in the quantities; later ones may be.",
      examples: ["2026-11-22T09:30:00.125Z"],
    }),
    items: Type.Array(AvailabilityItem, { description: "One per SKU asked for, in that order." }),
  },
  { $id: "Availability", description: "What can be promised in a channel." },
);

const { unknownChannel, unknownSku, unknownLocation } = availability.kinds;
/** As much as a document may have. */
const CONTROLS_BYTES = 1024 * 1024;
const JSON_TYPE = "application/json; charset=utf-8";

/** I4–I7, I9. The first two answer with text that is JSON already, so they name its type themselves. */
export function availabilityRoutes(
  dependencies: AnswerDependencies & PreviewDependencies & BufferDependencies,
): Route[] {
  const preview = createControlsPreview(dependencies);
  const answers = new AvailabilityAnswers(dependencies);
  const asJson = ({ reply }: Pick<Call<never, never, never>, "reply">): void =>
    void reply.header("content-type", JSON_TYPE);
  const shared = {
    permission: "availability:read",
    tag: "Availability",
    responses: { 200: Availability },
    refuses: { unknownChannel: availability.kinds.unknownChannel },
  };
  return [
    route({
      ...shared,
      method: "GET",
      path: "/v1/availability",
      operationId: "getAvailability",
      summary: "What can be promised now in a channel",
      query: AvailabilityQuery,
      answerAtOnce: (parameters, principal) => {
        const [channelCode, skus] = [parameters.get("channel"), parameters.get("skus")];
        if (channelCode === undefined || skus === undefined || parameters.size > 2) return null;
        return answers.answerAtOnce(channelCode, skus, principal);
      },
      handle: (call) => {
        asJson(call);
        const { query, principal } = call;
        const skus = query.skus.split(",");
        const days = query.dates?.split(",") ?? [];
        for (const day of days) if (!isDay(day)) throw noDay(day);
        return answers.answer(
          { channel: query.channel, skus, locations: query.locations === true, dates: days },
          principal,
        );
      },
    }),
    route({
      ...shared,
      method: "POST",
      path: "/v1/availability",
      operationId: "askAvailability",
      summary: `What can be promised now in a channel, for up to ${MAX_SKUS} SKUs`,
      body: AvailabilityQuestion,
      handle: (call) => {
        asJson(call);
        const { body, principal } = call;
        return answers.answer({ ...body, locations: body.locations === true, dates: body.dates ?? [] }, principal);
      },
    }),
    route({
      method: "GET",
      path: "/v1/availability/explain",
      operationId: "explainAvailability",
      summary: "Why so many units of a SKU can be promised in a channel",
      description:
        "A tree of figures, each with its row and version, whose leaves add up to the answer: what is on hand, damaged, held and promised, what is to come by the day, and what rules keep back. Read from the database, not from memory. What lies behind the sum of a location needs inventory:read as well; orders are named to callers with orders:read whom neither channels nor locations limit.",
      permission: "availability:read",
      tag: "Availability",
      query: ExplainQuery,
      responses: { 200: Explanation },
      refuses: { unknownChannel, unknownSku, unknownLocation },
      handle: ({ query, principal }) => explainAvailability(dependencies, query, principal),
    }),
    route({
      method: "POST",
      path: "/v1/availability/controls/preview",
      operationId: "previewAvailabilityControls",
      summary: "What availability rules would change, by channel",
      description:
        "Changes nothing. Compares what each channel can promise of all SKUs by the rules in force and by these, with the stock of now; a million positions take some seconds. Counts only locations that the caller may see, and needs availability:read as well. Of the questions of a caller only the newest waits.",
      permission: "documents:read",
      tag: "Availability",
      bodyLimitBytes: CONTROLS_BYTES,
      body: ControlsTrial,
      responses: { 200: ControlsEffect },
      refuses: { previewGivenUp: availability.kinds.previewGivenUp },
      handle: ({ body, principal, reply }) => {
        if (!principal.permissions.has("availability:read"))
          throw common.refuse("forbidden", { message: "This needs the permission availability:read." });
        return preview({ ...body, principal, signal: closedSignal(reply) });
      },
    }),
    ...bufferRoutes(dependencies),
  ];
}

function noDay(day: string): Refusal {
  const message = `?dates: ${day} is not a day`;
  return common.refuse("invalidInput", { message, faults: [{ pointer: "?dates", message: `${day} is not a day` }] });
}
