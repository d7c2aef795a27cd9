import { Type } from "typebox";
import { route, type Route } from "../../platform/http/route.ts";
import { CODE_PATTERN } from "../../platform/reference-data/codes.ts";
import { common } from "../../platform/refusals.ts";
import type { Place } from "../../sourcing/public.ts";
import { SUPPORT_FLOOR } from "./rank-companions.ts";
import { type RecommendDependencies, recommendItems } from "./recommend-items.ts";
import { recommendations } from "./refusals.ts";

const MOST_ITEMS = 50;
const ITEMS = 10;
/** Latitude and longitude in degrees. */
const PLACE_PATTERN = "^-?\\d{1,2}(\\.\\d{1,10})?,-?\\d{1,3}(\\.\\d{1,10})?$";

const code = (description: string, example: string) =>
  Type.String({ pattern: CODE_PATTERN, description, examples: [example] });

const RecommendationsQuery = Type.Object(
  {
    sku: code("What is looked at, or was bought.", "TENT-2P"),
    channel: code("Code of the channel that asks.", "web"),
    location: Type.Optional(code("Where it is collected or sold: only what lies there is recommended.", "LEEDS")),
    destination: Type.Optional(
      Type.String({
        pattern: PLACE_PATTERN,
        description:
          "Where it would be delivered, as latitude and longitude: only what lies where it would be shipped from is recommended. Without it and without `location`, the channel's first choice.",
        examples: ["53.80,-1.55"],
      }),
    ),
    limit: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: MOST_ITEMS,
        default: ITEMS,
        description: "How many at most.",
        examples: [4],
      }),
    ),
  },
  { additionalProperties: false },
);

const Recommendation = Type.Object(
  {
    sku: Type.String({ description: "Its code.", examples: ["MAT-INFLATABLE"] }),
    name: Type.String({ description: "Its name.", examples: ["Sleeping mat, inflatable"] }),
    imageUrl: Type.Union([Type.String(), Type.Null()], {
      description: "Its picture.",
      examples: ["/demo/mat.svg"],
    }),
    quantity: Type.Integer({ description: "Units that the channel can promise from that location.", examples: [7] }),
    orders: Type.Integer({ description: "Orders of the last months that had both.", examples: [41] }),
    lift: Type.Number({
      description: "How many times as often it is bought with this SKU as it is bought at all.",
      examples: [6.2],
    }),
  },
  { $id: "Recommendation", description: "Something that goes with a SKU." },
);

const Recommendations = Type.Object(
  {
    sku: Type.String({ description: "The SKU that was asked about.", examples: ["TENT-2P"] }),
    channel: Type.String({ description: "The channel.", examples: ["web"] }),
    location: Type.Union([Type.String(), Type.Null()], {
      description: "Where the SKU would leave, and all of these lie; null: no location has any of it.",
      examples: ["LEEDS"],
    }),
    items: Type.Array(Recommendation, { description: "The strongest first." }),
  },
  { $id: "Recommendations", description: "What goes with a SKU and can leave in the same parcel." },
);

/** R9. */
export function recommendationRoutes(dependencies: RecommendDependencies): Route[] {
  return [
    route({
      method: "GET",
      path: "/v1/recommendations",
      operationId: "recommendItems",
      summary: "What goes with a SKU and lies where it would leave",
      description: `Counted from captured orders of the last half to full year: pairs that at least ${SUPPORT_FLOOR} orders had, and that are bought together more often than chance would have it. Only what the channel can promise from the same location is answered, so that it needs no parcel of its own. New orders count within a minute.`,
      permission: "availability:read",
      tag: "Availability",
      query: RecommendationsQuery,
      responses: { 200: Recommendations },
      refuses: recommendations.kinds,
      handle: ({ query, principal }) => {
        const { sku, channel, location = null, limit = ITEMS } = query;
        const destination = query.destination === undefined ? null : placeIn(query.destination);
        if (location !== null && destination !== null) {
          const message = "takes the place of a location; give only one of the two";
          throw common.refuse("invalidInput", {
            message: `?destination: ${message}`,
            faults: [{ pointer: "?destination", message }],
          });
        }
        return recommendItems(dependencies, { sku, channel, location, destination, limit }, principal);
      },
    }),
  ];
}

function placeIn(text: string): Place {
  const [latitude, longitude] = text.split(",").map(Number) as [number, number];
  if (Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180) return { latitude, longitude };
  const message = "must be a latitude from -90 to 90 and a longitude from -180 to 180";
  throw common.refuse("invalidInput", {
    message: `?destination: ${message}`,
    faults: [{ pointer: "?destination", message }],
  });
}
