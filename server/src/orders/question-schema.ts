import { Type } from "typebox";
import { ANSWERS, ENDED_BY } from "../messages/public.ts";
import { idField, momentField, orNull, textField, wholeField } from "../platform/http/described.ts";

/** What the API tells of a question that the customer of an order was asked. */
export const CustomerQuestion = Type.Object(
  {
    id: idField("The question's ID."),
    askedAt: momentField("When the customer was asked."),
    lines: Type.Array(
      Type.Object({
        lineNumber: wholeField("Number of the line inside the order.", 1),
        quantity: wholeField("Units that wait.", 2),
        promisedOn: orNull(textField("The day that was promised; null: nothing had changed for them.", "2026-12-04")),
        expectedOn: orNull(textField("When they were expected then; null: nobody knew.", "2026-12-18")),
      }),
      { description: "What waits." },
    ),
    answers: Type.Array(Type.Enum([...ANSWERS]), { description: "What may be answered.", examples: [["wait"]] }),
    answerBy: momentField("Until when."),
    silence: Type.Enum([...ANSWERS], { description: "The answer that silence stands for.", examples: ["wait"] }),
    endedAt: orNull(momentField("When it was answered or overtaken; null: it is open.", "2026-11-23T10:30:00.000Z")),
    answer: Type.Union([Type.Enum([...ANSWERS]), Type.Null()], {
      description: "The answer; null: none yet, or there was nothing to answer any more.",
      examples: ["wait"],
    }),
    endedBy: Type.Union([Type.Enum([...ENDED_BY]), Type.Null()], {
      description:
        "customer: by a link. staff: somebody was told. silence: the deadline has passed. overtaken: the order has gone on.",
      examples: ["customer"],
    }),
    actor: orNull(textField("Who entered it.", "user:0190a0c2")),
    actorName: orNull(textField("Their name.", "Ada Okafor")),
  },
  { $id: "CustomerQuestion", description: "What the customer was asked of units that come later than promised (I14)." },
);
