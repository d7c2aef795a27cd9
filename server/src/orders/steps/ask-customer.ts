import { Type } from "typebox";
import { ANSWERS } from "../../messages/public.ts";
import type { Fault } from "../../platform/refusals.ts";
import { parseDurationMs } from "../../workflow/public.ts";
import { type AskedLine, EVENT_OF_ANSWER } from "../customer-questions.ts";
import type { OrderRun } from "../order-run.ts";
import { isLate } from "../promise-from-supplies.ts";
import { defineStep, Duration, faultsOfDuration, idOfStep } from "./step.ts";

const MAX_MARKETS = 200;
const rule = {
  within: Duration("How long the customer has to answer.", "P3D"),
  silence: Type.Enum(["wait", "cancel"], {
    description: "The answer that it stands for when the customer says nothing.",
    examples: ["wait"],
  }),
};

/** The answers are events, and so is silence: a timer that brings one of them. */
export const askCustomer = defineStep({
  name: "askCustomer",
  description:
    "Asks the customer what to do about units that come later than promised: to wait, to change the order or to cancel what waits. The answer is customerWaits, customerWantsChange or customerCancels, from the customer, from somebody who was told, or from silence at the deadline. Put it into the entry steps of a state; whatever leaves that state ends the question.",
  params: Type.Object(
    {
      answers: Type.Optional(
        Type.Array(Type.Enum([...ANSWERS]), {
          minItems: 1,
          maxItems: ANSWERS.length,
          uniqueItems: true,
          description: "What may be answered; all when absent.",
          examples: [["wait", "cancel"]],
        }),
      ),
      ...rule,
      markets: Type.Optional(
        Type.Array(
          Type.Object(
            {
              markets: Type.Array(Type.String({ minLength: 1, maxLength: 64 }), {
                minItems: 1,
                maxItems: MAX_MARKETS,
                description: "Markets of channels.",
                examples: [["DE", "AT"]],
              }),
              ...rule,
            },
            { additionalProperties: false },
          ),
          { maxItems: MAX_MARKETS, description: "Where other times hold, or silence means something else." },
        ),
      ),
    },
    { additionalProperties: false },
  ),
  emits: Object.values(EVENT_OF_ANSWER),
  check: ({ answers = ANSWERS, within, silence, markets = [] }) => {
    const rules = [{ within, silence, pointer: "" }].concat(
      markets.map((one, index) => ({ ...one, pointer: `/markets/${index}` })),
    );
    const faults: Fault[] = rules.flatMap((one) => [
      ...faultsOfDuration(`${one.pointer}/within`, one.within),
      ...(answers.includes(one.silence)
        ? []
        : [{ pointer: `${one.pointer}/silence`, message: "is none of the answers" }]),
    ]);
    const named = new Set<string>();
    for (const [index, { markets: own }] of markets.entries())
      for (const [place, market] of own.entries()) {
        if (named.has(market))
          faults.push({ pointer: `/markets/${index}/markets/${place}`, message: "has a rule already" });
        named.add(market);
      }
    return faults;
  },
  forHistorical: false,
  run: (entry) => {
    const { run, entity, event, params, item } = entry;
    const { answers = ANSWERS, markets = [] } = params;
    const market = run.work.network.channelById(run.order.channelId)?.market;
    const { within, silence } = markets.find((one) => one.markets.includes(market ?? "")) ?? params;
    const answerBy = new Date(run.work.now.getTime() + parseDurationMs(within)!);
    const { transition } = item;
    run.work.waits.push({
      timer: { entityId: entity.id, name: EVENT_OF_ANSWER[silence], dueAt: answerBy },
      transition,
    });
    run.work.questions.push({
      transition,
      question: {
        id: idOfStep(entry),
        orderId: run.order.id,
        lines: waitingLines(run, event.data?.["lines"]),
        answers,
        answerBy,
        silence,
      },
    });
  },
});

/** All that waits for stock, with the days that are known; `told` are the lines of which the event says that they changed. */
function waitingLines({ order, work }: OrderRun, told: unknown): AskedLine[] {
  const changed = new Map((Array.isArray(told) ? (told as AskedLine[]) : []).map((line) => [line.lineNumber, line]));
  return [...order.lines.values()].flatMap(({ number, backordered }): AskedLine[] => {
    const promises = order.supplies?.promisesOf(order.id, number) ?? [];
    const arrived = promises.reduce((sum, promise) => sum + promise.arrived, 0);
    const quantity = backordered - arrived;
    if (quantity <= 0) return [];
    const coming = promises.filter(({ waiting }) => waiting > 0);
    const supplies = coming.map(({ supplyId }) => order.supplies!.get(supplyId)!);
    const isKnown =
      coming.reduce((sum, { waiting }) => sum + waiting, 0) >= quantity &&
      supplies.every((supply) => !isLate(supply, work.network, work.now));
    const days = supplies.map((supply) => supply.expectedOn).sort();
    const expectedOn = isKnown ? days.at(-1)! : null;
    return [{ lineNumber: number, quantity, promisedOn: changed.get(number)?.promisedOn ?? null, expectedOn }];
  });
}
