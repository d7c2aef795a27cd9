import fc from "fast-check";
import { expect, test } from "vitest";
import { Value } from "typebox/value";
import { shippedTemplates } from "../main/messaging.ts";
import { compose, type Voice } from "../messages/compose-message.ts";
import { formatsFor } from "../messages/formats.ts";
import { type MessageSender, senderDocuments } from "../messages/sender.ts";
import type { MessageTemplate } from "../messages/template.ts";
import { currencies } from "../platform/money.ts";
import type { OrderAnswer } from "./answer-schemas.ts";
import { orNone } from "./message-source.ts";
import {
  cancellationContext,
  MAX_RECOMMENDATIONS,
  orderContext,
  pickupContext,
  questionContext,
  shipmentContext,
} from "./message-context.ts";
import { orderMessageTriggers } from "./message-triggers.ts";

const text = fc.oneof(
  fc.string({ unit: "grapheme", maxLength: 60 }),
  fc.constantFrom("", "{{ order }}", "{% if", "<b>&\"'", "\r\nBcc: x"),
);
const maybe = fc.option(text, { nil: null });
const minor = fc.integer({ min: 0, max: 1_000_000_000 });
const quantity = fc.integer({ min: 1, max: 1_000_000 });

const line = fc.record({
  name: text,
  sku: text,
  quantity,
  unitPrice: minor,
  shipped: fc.nat(5),
  cancelled: fc.nat(5),
});

/** What any captured order may look like, as far as messages read it. */
const order = fc
  .record({
    number: fc.integer({ min: 1, max: 2 ** 50 }),
    externalReference: text,
    currency: fc.constantFrom(...currencies()),
    orderedAt: fc
      .date({ noInvalidDate: true, min: new Date("1990-01-01"), max: new Date("2100-01-01") })
      .map((at) => at.toISOString()),
    unitCount: quantity,
    itemTotal: minor,
    grandTotal: minor,
    customer: fc.record({ name: maybe }),
    lines: fc
      .array(line, { maxLength: 120 })
      .map((lines) => lines.map((one, index) => ({ ...one, lineNumber: index + 1 }))),
    charges: fc.array(
      fc.record({
        type: fc.constantFrom("tax", "duty", "shipping", "fee", "deposit", "discount"),
        amount: minor,
        description: fc.option(text, { nil: undefined }),
      }),
      { maxLength: 40 },
    ),
    tenders: fc.array(
      fc.record({ type: text, amount: minor, installments: fc.option(fc.nat(99), { nil: undefined }) }),
      { maxLength: 40 },
    ),
    fulfillmentChoices: fc.array(
      fc.record({
        method: fc.constantFrom("delivery", "pickup"),
        address: fc.option(fc.record({ city: text, country: fc.constantFrom("GB", "DE") }), { nil: undefined }),
      }),
      { maxLength: 3 },
    ),
  })
  .map((one) => one as unknown as OrderAnswer);

const shipment = fc.record({
  carrier: maybe,
  trackingNumber: maybe,
  trackingUrl: maybe,
  estimatedDeliveryOn: fc.constantFrom(null, "2026-02-28"),
  lines: fc.array(fc.record({ lineNumber: fc.nat(130), quantity }), { maxLength: 80 }),
});

const recommendations = fc.array(fc.record({ name: text, sku: text }), { maxLength: MAX_RECOMMENDATIONS });

const templates = (await shippedTemplates()).map(({ content }) => content as MessageTemplate);
const sender = senderDocuments().shipped[0]!.content as MessageSender;
const place = {
  name: "York",
  address: { city: "York" },
  timeZone: "Europe/London",
  openingHours: { mon: [{ from: "00:00", to: "24:00" }] },
};

test("any order makes a context that is what its triggers describe, and every shipped template of it a message", () => {
  fc.assert(
    fc.property(
      order,
      shipment,
      recommendations,
      fc.constantFrom("en", "en-GB", "de-AT", "pt-BR"),
      (of, sent, beside, language) => {
        const voice: Voice = { sender: { ...sender, language }, name: "Shop", brand: "Shop" };
        for (const template of templates) {
          const trigger = orderMessageTriggers.find(({ code }) => code === template.trigger)!;
          const contextFor = (formats: ReturnType<typeof formatsFor>): Record<string, unknown> => ({
            ...orderContext(of, formats),
            shipment: shipmentContext(of, sent as never, formats),
            pickup: pickupContext(of, { expiresAt: "2026-11-30T10:00:00.000Z", lines: [] } as never, place, formats),
            cancellation: cancellationContext(of, sent.lines, formats),
            delay: { expectedOn: null },
            question: questionContext(
              of,
              {
                lines: sent.lines.map((line) => ({
                  ...line,
                  promisedOn: sent.estimatedDeliveryOn,
                  expectedOn: sent.estimatedDeliveryOn,
                })),
                answerBy: "2026-11-30T10:00:00.000Z",
                silence: "wait",
              },
              formats,
            ),
            recommendations: beside,
          });
          const context = contextFor(formatsFor(language, of.currency, "UTC"));
          expect(Value.Errors(trigger.context, context)).toEqual([]);
          const subject = {
            orderNumber: 1,
            channel: "web",
            email: null,
            phone: null,
            customerReference: null,
            language: null,
            currency: of.currency,
            contextFor,
          };
          const message = compose(template, subject, voice, {
            reportProblem: "https://a.test/m/1",
            declineFollowUps: "https://a.test/m/2",
            answerQuestion: "https://a.test/m/3",
          });
          expect(message.subject).toMatch(/^\S.*$/);
          expect(message.html!.match(/<(script|b)>/)).toBeNull();
          expect(message.html!.length).toBeLessThan(102_000);
        }
      },
    ),
    { numRuns: Number(process.env["ORRERY_TEST_RUNS"] ?? 60) },
  );
});

test("an order is confirmed without recommendations where they fail, and the failure is told", async () => {
  const told: unknown[] = [];
  const recommend = orNone(
    () => Promise.reject(new Error("statement timeout")),
    (error) => told.push(error),
  );
  expect(await recommend({ channel: "web", skus: [], locations: [] }, 3)).toEqual([]);
  expect(told).toHaveLength(1);
});
