import type { TSchema } from "typebox";
import { ALL_OF } from "./check-definition.ts";
import type { DescribedEntityType } from "./compiled.ts";
import { DELAY, EventNames, LIMITS, Name, Text, UserActionShape, WORKFLOW_CODE } from "./definition.ts";

type Json = Readonly<Record<string, unknown>>;

/**
 * The JSON Schema of a workflow, with every step, guard, event and label that the entity types know, so that an editor
 * completes and explains them. What no schema can say is said by the check: targets, paths, conditions, dead ends.
 */
export function workflowSchema(entityTypes: readonly DescribedEntityType[]): TSchema {
  const definitions = entityTypes.map((entityType) => definitionsOf(entityType));
  return plain({
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "Workflow",
    description: "A statechart in a checked subset of XState's JSON.",
    anyOf: entityTypes.map(({ name }) => ({ $ref: `#/$defs/${name}Workflow` })),
    $defs: Object.assign({}, ...definitions),
  });
}

/** Schemas of TypeBox carry more than JSON Schema; as text and back it is gone. */
function plain(schema: Json): TSchema {
  return JSON.parse(JSON.stringify(schema)) as TSchema;
}

function definitionsOf(entityType: DescribedEntityType): Json {
  const { name, title, labels, guards, steps } = entityType;
  const part = (which: string): Json => ({ $ref: `#/$defs/${name}${which}` });
  const transitions = {
    anyOf: [
      part("Transition"),
      { type: "array", items: part("Transition"), minItems: 1, maxItems: LIMITS.transitionsPerEvent },
    ],
  };
  const states = {
    type: "object",
    description: "States inside, by their name.",
    propertyNames: Name,
    additionalProperties: part("State"),
  };
  const on = {
    type: "object",
    description: "What happens on which event; of several transitions the first whose guard holds is taken.",
    propertyNames: Name,
    maxProperties: LIMITS.eventsPerState,
    properties: eventsOf(entityType, transitions),
    additionalProperties: transitions,
  };
  const always = { ...transitions, description: "Taken without an event, as soon as a guard holds." };
  const calls = calledSteps(part);
  return {
    [`${name}Workflow`]: closed(
      {
        $schema: Text,
        id: { type: "string", pattern: WORKFLOW_CODE, description: "The document's code." },
        version: { ...Text, description: "Of what a release ships." },
        description: Text,
        initial: { ...Name, description: "The state that it begins in." },
        states,
        on,
        always,
        meta: closed(
          {
            entityType: { const: name, description: title },
            title: { ...Text, description: "Its name for people." },
            delays: {
              type: "object",
              description: "Named times for `after`, as ISO 8601 durations.",
              propertyNames: Name,
              additionalProperties: { type: "string", pattern: "^P", examples: ["PT2H", "P14D"] },
            },
            receives: { ...EventNames, description: "Events that other systems send, beside those of the entity." },
          },
          ["entityType", "title"],
        ),
      },
      ["id", "initial", "states", "meta"],
    ),
    [`${name}State`]: closed({
      type: { const: "final", description: "Nothing follows." },
      description: Text,
      initial: { ...Name, description: "Which of the states inside it begins in." },
      states,
      entry: { ...calls, description: "Done when it is entered." },
      exit: { ...calls, description: "Done when it is left." },
      on,
      always,
      after: {
        type: "object",
        description: "What happens when it stays for so long: milliseconds, or a name of `meta.delays`.",
        propertyNames: { type: "string", pattern: DELAY },
        maxProperties: LIMITS.eventsPerState,
        additionalProperties: transitions,
      },
      meta: closed({
        label: { enum: labels, description: "The status that lists and customers see." },
        ignores: { ...EventNames, description: "Events of its steps to which it need not react." },
      }),
    }),
    [`${name}Transition`]: {
      anyOf: [
        { type: "string", minLength: 1, maxLength: 400, description: "The state that it leads to." },
        closed({
          target: {
            type: "string",
            minLength: 1,
            maxLength: 400,
            description: "The state that it leads to: a sibling, `.child`, or `#id.path`; absent: it stays.",
          },
          guard: part("Guard"),
          actions: { ...calls, description: "Done on the way." },
          reenter: { type: "boolean", description: "Whether the state is left and entered again." },
          description: Text,
          meta: closed({ userAction: UserActionShape }),
        }),
      ],
    },
    [`${name}Step`]: { anyOf: callsOf(steps) },
    [`${name}SingleGuard`]: { anyOf: callsOf(guards) },
    [`${name}Guard`]: {
      anyOf: [
        part("SingleGuard"),
        {
          ...closed(
            {
              type: { const: ALL_OF },
              params: closed(
                { guards: { type: "array", items: part("SingleGuard"), minItems: 1, maxItems: LIMITS.stepsPerList } },
                ["guards"],
              ),
            },
            ["type", "params"],
          ),
          description: "All of these hold.",
        },
      ],
    },
  };
}

function calledSteps(part: (which: string) => Json): Json {
  return { anyOf: [part("Step"), { type: "array", items: part("Step"), maxItems: LIMITS.stepsPerList }] };
}

/** Known ones are offered with what they mean; others may be named, since buttons have events of their own. */
function eventsOf({ events }: DescribedEntityType, transitions: Json): Json {
  return Object.fromEntries(Object.entries(events).map(([event, said]) => [event, { ...transitions, ...said }]));
}

type Declared = Readonly<Record<string, { readonly description: string; readonly params?: TSchema }>>;

/** By its bare name where it needs no parameters, else with them. */
function callsOf(declared: Declared): Json[] {
  return Object.entries(declared).flatMap(([name, { description, params }]): Json[] => {
    const needed = params !== undefined && ((params as { required?: string[] }).required ?? []).length > 0;
    const bare = { const: name, description };
    const full = closed(
      { type: { const: name }, params: params ?? closed({}) },
      needed ? ["type", "params"] : ["type"],
    );
    return needed ? [{ ...full, description }] : [bare, { ...full, description }];
  });
}

function closed(properties: Json, required: readonly string[] = []): Json {
  return { type: "object", properties, required, additionalProperties: false };
}
