import { type TSchema, Type } from "typebox";
import { orNull, textField, wholeField } from "../platform/http/described.ts";
import { type Route, route } from "../platform/http/route.ts";
import { ConditionLanguage, describeContext } from "../platform/expressions/describe-context.ts";
import { common } from "../platform/refusals.ts";
import type { Database } from "../platform/db/database.ts";
import { answerAfter, requestHash } from "../platform/http/idempotency.ts";
import type { DescribedEntityType } from "./compiled.ts";
import { migrateEntities, Migration, MigrationAnswer, type MoveEntities } from "./migrate-entities.ts";
import { LiveStates, viewLiveStates } from "./view-live-states.ts";

export interface WorkflowDependencies {
  database: Database;
  entityTypes: readonly DescribedEntityType[];
  /** How entities of a type are moved to another version, by its name. */
  movers: Readonly<Record<string, MoveEntities>>;
}

const description = (example: string) => textField("What it means, in a sentence.", example);
const Params = orNull(
  Type.Record(Type.String(), Type.Unknown(), {
    description: "JSON Schema of its parameters; null: it takes none.",
    examples: [{ type: "object", properties: {} }],
  }),
);

const WorkflowEntityType = Type.Object(
  {
    name: textField("As definitions name it, in `meta.entityType`.", "order"),
    title: textField("Its name for people.", "Order"),
    labels: Type.Array(Type.String(), {
      description: "What its states may show.",
      examples: [["created", "processing", "shipped"]],
    }),
    guards: Type.Array(
      Type.Object({
        name: textField("As definitions name it.", "everythingShipped"),
        description: description("All units that are not cancelled have left."),
        params: Params,
      }),
      { description: "Conditions that transitions may name." },
    ),
    steps: Type.Array(
      Type.Object({
        name: textField("As definitions name it.", "shipUnits"),
        description: description("Books the units that left the location."),
        params: Params,
        emits: Type.Array(Type.String(), {
          description: "Events that the entity may get from it.",
          examples: [["progressed"]],
        }),
      }),
      { description: "What transitions and states may do." },
    ),
    events: Type.Array(
      Type.Object({
        name: textField("As definitions name it.", "cancel"),
        description: description("Units are to be cancelled."),
      }),
      { description: "What happens to it from outside its workflow." },
    ),
    conditions: ConditionLanguage,
  },
  { $id: "WorkflowEntityType", description: "A kind of entity that runs workflows, and all that these may name." },
);

const EntityTypeList = Type.Object(
  { data: Type.Array(WorkflowEntityType, { description: "All of them." }) },
  { $id: "WorkflowEntityTypeList", description: "The kinds of entities that run workflows." },
);

const ConditionFaults = Type.Object(
  {
    faults: Type.Array(
      Type.Object({
        message: textField("What is wrong.", "there is no chanel here; there are channel, currency"),
        start: wholeField("Where it begins in the text, counted in characters from 0.", 0),
        end: wholeField("Where it ends.", 12),
      }),
      { description: "None: it can be used." },
    ),
  },
  { $id: "ConditionFaults", description: "What is wrong with a condition." },
);

const Code = Type.Object({
  code: Type.String({ pattern: "^[a-z][a-z0-9-]{0,63}$", description: "The workflow.", examples: ["standard-order"] }),
});

export function workflowRoutes({ database, entityTypes, movers }: WorkflowDependencies): Route[] {
  const tag = "workflows";
  return [
    route({
      method: "GET",
      path: "/v1/workflow-entity-types",
      operationId: "listWorkflowEntityTypes",
      permission: "documents:read",
      tag,
      summary: "List what runs workflows, with all that definitions and conditions may name (W1)",
      responses: { 200: EntityTypeList },
      handle: () => ({ data: entityTypes.map(describeEntityType) }),
    }),
    route({
      method: "POST",
      path: "/v1/workflow-entity-types/{name}/check-condition",
      operationId: "checkCondition",
      permission: "documents:read",
      tag,
      summary: "Check a condition while it is being typed",
      description: "Changes nothing. Faults come with their place in the text.",
      params: Type.Object({
        name: Type.String({ maxLength: 64, description: "The entity type.", examples: ["order"] }),
      }),
      body: Type.Object(
        {
          expression: Type.String({
            maxLength: 10_000,
            description: "A condition in CEL.",
            examples: ['order.channel == "web"'],
          }),
        },
        { additionalProperties: false },
      ),
      responses: { 200: ConditionFaults },
      handle: ({ params, body }) => {
        const entityType = entityTypes.find(({ name }) => name === params.name);
        if (entityType === undefined)
          throw common.refuse("notFound", { message: `There is no entity type ${params.name}.` });
        const compiled = entityType.conditions.compile(body.expression);
        const { doubtsOf } = entityType.conditions;
        return { faults: "faults" in compiled ? [...compiled.faults] : [...doubtsOf(body.expression)] };
      },
    }),
    route({
      method: "GET",
      path: "/v1/workflows/{code}/live-states",
      operationId: "getLiveStates",
      permission: "documents:read",
      tag,
      summary: "Tell how many entities stand in each state of a workflow, and for how long (X5)",
      params: Code,
      responses: { 200: LiveStates },
      handle: ({ params }) => viewLiveStates(database, params.code),
    }),
    route({
      method: "POST",
      path: "/v1/workflows/{code}/migrate",
      operationId: "migrateWorkflow",
      permission: "documents:publish",
      tag,
      summary: "Let what runs on earlier versions of a workflow go on in another one (X5)",
      description:
        "States of the same name are kept, others go where `mapping` says. No steps run; timers begin anew, and the history tells of it. Each entity is moved under its lock and by itself. Repeat the call until nothing is left.",
      params: Code,
      body: Migration,
      responses: { 200: MigrationAnswer },
      key: "call",
      handle: ({ params, body, principal, origin, idempotencyKey }) => {
        if (principal.locationCodes !== null || principal.channelCodes !== null)
          throw common.refuse("forbidden", { message: "This concerns the whole account." });
        const hash = requestHash("migrateWorkflow", params, body);
        const key = idempotencyKey === null ? null : { principal: principal.actor, key: idempotencyKey, hash };
        return answerAfter(database, key, 200, () =>
          migrateEntities(database, (entityType) => movers[entityType]!, params.code, body, origin),
        );
      },
    }),
  ];
}

export function describeEntityType({ name, title, labels, guards, steps, events, conditions }: DescribedEntityType) {
  return {
    name,
    title,
    labels: [...labels],
    guards: Object.entries(guards).map(([guard, said]) => ({
      name: guard,
      description: said.description,
      params: paramsOf(said.params),
    })),
    steps: Object.entries(steps).map(([step, said]) => ({
      name: step,
      description: said.description,
      params: paramsOf(said.params),
      emits: [...(said.emits ?? [])],
    })),
    events: Object.entries(events).map(([event, said]) => ({ name: event, description: said.description })),
    conditions: describeContext(conditions),
  };
}

function paramsOf(schema: TSchema | undefined): Record<string, unknown> | null {
  return schema === undefined ? null : { ...schema };
}
