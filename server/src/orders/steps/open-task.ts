import { Type } from "typebox";
import type { Fault } from "../../platform/refusals.ts";
import { localTextShape } from "../../platform/local-text.ts";
import { type FormFieldJson, FormFieldShape, readForm } from "../../workflow/public.ts";
import { defineStep, Name, subjectOf } from "./step.ts";

const Words = localTextShape({ maxLength: 1_000 });

/** Opened when the entity comes to rest; withdrawn when it goes on without it. */
export const openTask = defineStep({
  name: "openTask",
  description:
    "Asks something of people: a task in a queue. Each outcome is an event, which moves the workflow. Put it into the entry steps of the state that waits.",
  params: Type.Object(
    {
      queue: Type.String({
        pattern: "^[a-z][a-z0-9-]{0,63}$",
        description: "Code of the task queue: whose it is, until when, and what happens if nobody does it.",
        examples: ["fraud-review"],
      }),
      title: {
        ...localTextShape({ maxLength: 200 }),
        description: "What is to be done: one text, or one per language.",
      },
      instructions: Type.Optional({
        ...localTextShape({ minLength: 0, maxLength: 2_000 }),
        description: "How: one text, or one per language.",
      }),
      outcomes: Type.Array(
        Type.Object(
          {
            event: Name("The event that the entity gets.", "approve"),
            label: Words,
            confirm: Type.Optional({
              ...Words,
              description: "What is asked before it ends like that, where it cannot be taken back.",
            }),
            form: Type.Optional(Type.Array(FormFieldShape, { maxItems: 20, description: "What has to be entered." })),
          },
          { additionalProperties: false },
        ),
        { minItems: 1, maxItems: 10, description: "How it may end." },
      ),
    },
    { additionalProperties: false },
  ),
  emitsOf: ({ outcomes }) => outcomes.map(({ event }) => event),
  check: ({ outcomes }) => {
    const faults: Fault[] = [];
    for (const [index, { form = [] }] of outcomes.entries())
      readForm(form as readonly FormFieldJson[], `/outcomes/${index}/form`, faults);
    return faults;
  },
  forHistorical: false,
  run: (entry) => {
    const { run, fulfillmentOrder, entity, params, item } = entry;
    const { location = null, channel, ...subject } = subjectOf(entry);
    const { header, currency } = run.order;
    const { queue, title, instructions = "", outcomes } = params;
    run.work.tasks.push({
      transition: item.transition,
      task: {
        queue,
        title,
        instructions,
        entityType: entity.entityType,
        entityId: entity.id,
        rootId: run.order.id,
        step: item.pointer,
        subject: {
          ...subject,
          ...(fulfillmentOrder === null ? {} : { location }),
          total: header.itemTotal + header.chargeTotal,
          currency,
        },
        location,
        channel,
        outcomes: outcomes.map(({ event, label, confirm = null, form = [] }) => ({
          event,
          label,
          confirm,
          form: readForm(form as readonly FormFieldJson[], "", []),
        })),
        plan: run.work.desk.plan(queue, location, run.work.now),
      },
    });
  },
});
