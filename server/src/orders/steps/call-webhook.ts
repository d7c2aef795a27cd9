import { Type } from "typebox";
import { enqueueJobs } from "../../platform/jobs/enqueue-jobs.ts";
import { collect } from "../order-run.ts";
import { defineStep, idOfStep, Name, plainValues, pointersTo, subjectOf, Values } from "./step.ts";

export const CALL_JOB = "workflowCall";
/** What comes of a call: yes and no, as events of whoever called. */
export const CALL_EVENTS = ["callSucceeded", "callFailed"] as const;

/** What is put down for the job; the address is of that moment. */
export interface CallPayload {
  orderId: string;
  fulfillmentOrderId: string | null;
  call: string;
  url: string;
  body: Readonly<Record<string, unknown>>;
}

/** The call is a job that exists exactly if the change does; the same place of the same change asks for it once. */
export const callWebhook = defineStep({
  name: "callWebhook",
  description:
    "Asks another system by HTTPS once the change is stored. Its answer comes back as callSucceeded or callFailed, with the fields of the answer as the event's data.",
  params: Type.Object(
    {
      call: Name("A name for the call; the answer says it.", "fraudScore"),
      url: Type.String({
        maxLength: 2_000,
        pattern: "^https?://",
        description: "Whom to ask. Addresses of the own network are refused unless the installation allows them.",
        examples: ["https://fraud.example/score"],
      }),
      data: Type.Optional(Values("What to send besides the order's ID, number, channel and reference.")),
    },
    { additionalProperties: false },
  ),
  emits: CALL_EVENTS,
  check: ({ url }) => (URL.canParse(url) ? [] : [{ pointer: "/url", message: "is no address" }]),
  valuesIn: ({ data }) => pointersTo("/data", data),
  forHistorical: false,
  run: (entry) => {
    const { run, fulfillmentOrder, params, valueOf } = entry;
    const { channel, ...about } = subjectOf(entry);
    const payload: CallPayload = {
      orderId: run.order.id,
      fulfillmentOrderId: fulfillmentOrder?.id ?? null,
      call: params.call,
      url: params.url,
      body: {
        call: params.call,
        externalReference: run.order.header.externalReference,
        fulfillmentOrderId: fulfillmentOrder?.id ?? null,
        channel,
        ...about,
        data: plainValues(params.data, valueOf),
      },
    };
    const id = idOfStep(entry);
    collect(run.work, enqueueJobs, { id, kind: CALL_JOB, payload: { ...payload } });
  },
});
