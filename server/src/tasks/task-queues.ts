import { type Static, Type } from "typebox";
import { Compile } from "typebox/compile";
import type { NetworkDirectory } from "../network/public.ts";
import type { DocumentCheck, DocumentKind, ShippedDocument } from "../platform/documents/document-kind.ts";
import type { Publications } from "../platform/documents/follow-publications.ts";
import { parseDurationMs } from "../workflow/public.ts";
import { compareQueues } from "./compare-queues.ts";
import { addWorkingTime, faultsOfDuration, faultsOfHours, workingHours } from "./working-hours.ts";

export const TASK_QUEUE_KIND = "task-queue";
const closed = { additionalProperties: false } as const;
const MAX_LEVELS = 10;

const Team = Type.String({ minLength: 1, maxLength: 64, description: "The team.", examples: ["fraud"] });
const Priority = Type.Integer({ minimum: 0, maximum: 100, description: "Higher comes first.", examples: [50] });
const Duration = (description: string, example: string) =>
  Type.String({
    maxLength: 40,
    description: `${description} ISO 8601, counted in the queue's hours.`,
    examples: [example],
  });

export const TaskQueue = Type.Object(
  {
    title: Type.String({ minLength: 1, maxLength: 200, description: "Its name.", examples: ["Fraud review"] }),
    team: Team,
    helpers: Type.Optional(
      Type.Array(Team, { maxItems: 20, uniqueItems: true, description: "Teams that may do its tasks too." }),
    ),
    priority: Type.Optional(Priority),
    due: Duration("Within how long a task is to be done.", "PT4H"),
    hours: Type.Optional(workingHours("the task's location")),
    escalations: Type.Optional(
      Type.Array(
        Type.Object(
          {
            after: Duration("How long after the task was opened, if it is still open.", "PT2H"),
            team: Type.Optional(Team),
            priority: Type.Optional(Priority),
            alert: Type.Optional(
              Type.Boolean({
                description:
                  "Whether the members of the team it then has are told by mail; task.escalated says so too.",
              }),
            ),
          },
          closed,
        ),
        { maxItems: MAX_LEVELS, description: "What happens to a task that nobody has done, level by level." },
      ),
    ),
  },
  {
    ...closed,
    $id: "TaskQueue",
    description: "Where tasks wait for people: whose they are, until when, and what then.",
  },
);
export type TaskQueue = Static<typeof TaskQueue>;
const shape = Compile(TaskQueue);

/** Task queues as documents that business users edit and publish (W4, W6). */
export function taskQueueDocuments(): DocumentKind {
  return {
    kind: TASK_QUEUE_KIND,
    title: "Task queue",
    description: "Whose the tasks of a queue are, until when they are to be done, and what happens when they are not.",
    schema: TaskQueue,
    titleOf: (content) => (content as { title?: string } | null)?.title ?? null,
    check,
    compare: (before, after) => compareQueues(before as TaskQueue, after as TaskQueue),
    shipped: SHIPPED,
  };
}

function check(content: unknown): DocumentCheck {
  const errors = [...shape.Errors(content)];
  if (errors.length > 0)
    return { faults: errors.map((error) => ({ pointer: error.instancePath, message: error.message })), warnings: [] };
  const { due, hours = "always", escalations = [] } = content as TaskQueue;
  const faults = [
    ...faultsOfDuration("/due", due, 1),
    ...escalations.flatMap(({ after }, index) => faultsOfDuration(`/escalations/${index}/after`, after, 1)),
  ];
  if (faults.length === 0)
    for (const [index, { after }] of escalations.entries())
      if (index > 0 && parseDurationMs(after)! <= parseDurationMs(escalations[index - 1]!.after)!)
        faults.push({ pointer: `/escalations/${index}/after`, message: "must be later than the level before" });
  faults.push(...faultsOfHours(hours));
  return { faults, warnings: [] };
}

const SHIPPED: readonly ShippedDocument[] = [
  [
    "fraud-review",
    {
      title: "Fraud review",
      team: "fraud",
      priority: 70,
      due: "PT4H",
      escalations: [{ after: "PT2H", team: "operations", priority: 90, alert: true }],
    },
  ],
  [
    "customer-service",
    {
      title: "Customer service",
      team: "customer-service",
      due: "P1D",
      escalations: [{ after: "P1D", priority: 80, alert: true }],
    },
  ],
  [
    "operations",
    { title: "Operations", team: "operations", due: "P1D", escalations: [{ after: "P1D", priority: 80, alert: true }] },
  ],
  [
    "store",
    {
      title: "Store",
      team: "store",
      due: "PT4H",
      hours: "location",
      escalations: [{ after: "PT4H", team: "operations", alert: true }],
    },
  ],
  [
    "production",
    {
      title: "Production",
      team: "production",
      due: "P5D",
      escalations: [{ after: "P5D", team: "operations", priority: 80, alert: true }],
    },
  ],
  [
    "services",
    {
      title: "Services",
      team: "services",
      due: "P7D",
      escalations: [{ after: "P7D", team: "customer-service", priority: 80, alert: true }],
    },
  ],
  [
    "purchasing",
    {
      title: "Purchasing",
      team: "purchasing",
      due: "PT8H",
      escalations: [{ after: "PT8H", team: "operations", priority: 80, alert: true }],
    },
  ],
].map(([code, content]) => ({ code: code as string, shippedVersion: 1, content: content as TaskQueue }));

export interface PlannedEscalation {
  at: string;
  team: string | null;
  priority: number | null;
  alert: boolean;
}

/** What becomes of a task that is opened now. */
export interface TaskPlan {
  team: string;
  helpers: readonly string[];
  priority: number;
  dueAt: Date;
  escalations: readonly PlannedEscalation[];
}

/** Knows the queues that are in force. */
export interface TaskDesk {
  plan(queue: string, location: string | null, now: Date): TaskPlan;
}

/** Of a queue that has been withdrawn: its tasks still have an owner, a deadline, and somebody who hears of it. */
const FALLBACK: TaskQueue = {
  title: "",
  team: "operations",
  due: "P1D",
  escalations: [{ after: "P1D", alert: true }],
};
const USUAL_PRIORITY = 50;

export function createTaskDesk(publications: Publications, network: NetworkDirectory): TaskDesk {
  return {
    plan: (code, location, now) => {
      const queue = (publications.inForce(TASK_QUEUE_KIND).get(code)?.content as TaskQueue | undefined) ?? FALLBACK;
      const after = (duration: string): Date => addWorkingTime(queue.hours, location, network, now, duration);
      return {
        team: queue.team,
        helpers: queue.helpers ?? [],
        priority: queue.priority ?? USUAL_PRIORITY,
        dueAt: after(queue.due),
        escalations: (queue.escalations ?? []).map(({ after: when, team, priority, alert }) => ({
          at: after(when).toISOString(),
          team: team ?? null,
          priority: priority ?? null,
          alert: alert ?? false,
        })),
      };
    },
  };
}
