import { type Static, Type } from "typebox";
import { Compile } from "typebox/compile";
import type { NetworkDirectory } from "../network/public.ts";
import type { DocumentCheck, DocumentKind, ShippedDocument } from "../platform/documents/document-kind.ts";
import type { Publications } from "../platform/documents/follow-publications.ts";
import { compareExceptionLevels } from "./compare-queues.ts";
import type { PlannedEscalation } from "./task-queues.ts";
import { addWorkingTime, faultsOfDuration, faultsOfHours, workingHours } from "./working-hours.ts";

export const EXCEPTION_LEVELS_KIND = "exception-levels";
const closed = { additionalProperties: false } as const;
const MAX_LEVELS = 10;
const MAX_KINDS = 50;

const Level = Type.Object(
  {
    from: Type.Optional(
      Type.Enum(["opened", "due"], {
        description:
          "What the time is counted from: the exception's deadline (due, when absent), or when it was opened.",
        examples: ["due"],
      }),
    ),
    after: Type.String({
      maxLength: 40,
      description: 'How long after that, if it is still open; "PT0S": at once. ISO 8601, counted in the given hours.',
      examples: ["PT4H"],
    }),
    team: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 64,
        description: "Whose it is from then on; absent: it stays whose it is.",
        examples: ["operations"],
      }),
    ),
    alert: Type.Optional(
      Type.Boolean({
        description: "Whether the members of the team it then has are told by mail; exception.escalated says so too.",
      }),
    ),
  },
  closed,
);

export const ExceptionLevels = Type.Object(
  {
    title: Type.String({ minLength: 1, maxLength: 200, description: "Its name.", examples: ["Lost connections"] }),
    kinds: Type.Optional(
      Type.Array(Type.String({ pattern: "^[a-z][A-Za-z0-9]{0,63}$" }), {
        minItems: 1,
        maxItems: MAX_KINDS,
        uniqueItems: true,
        description: "Which kinds of exceptions; absent: all of which no other document speaks.",
        examples: [["webhookDisabled"]],
      }),
    ),
    hours: Type.Optional(workingHours("the exception's location")),
    escalations: Type.Array(Level, {
      minItems: 1,
      maxItems: MAX_LEVELS,
      description: "What happens to an exception that nobody has dealt with, level by level.",
    }),
  },
  { ...closed, $id: "ExceptionLevels", description: "Who hears of exceptions that nobody deals with, and when." },
);
export type ExceptionLevels = Static<typeof ExceptionLevels>;
const shape = Compile(ExceptionLevels);

/** Escalation of exceptions as documents that business users edit and publish (W6, W7). */
export function exceptionLevelDocuments(publications: Pick<Publications, "inForce">): DocumentKind {
  return {
    kind: EXCEPTION_LEVELS_KIND,
    title: "Exception levels",
    description: "Who hears of exceptions that nobody deals with, and whose they become.",
    schema: ExceptionLevels,
    titleOf: (content) => (content as { title?: string } | null)?.title ?? null,
    check: (content, code) => check(content, code, publications),
    compare: (before, after) => compareExceptionLevels(before as ExceptionLevels, after as ExceptionLevels),
    shipped: SHIPPED,
  };
}

function check(content: unknown, code: string, publications: Pick<Publications, "inForce">): DocumentCheck {
  const errors = [...shape.Errors(content)];
  if (errors.length > 0)
    return { faults: errors.map((error) => ({ pointer: error.instancePath, message: error.message })), warnings: [] };
  const { kinds, hours = "always", escalations } = content as ExceptionLevels;
  const faults = [
    ...escalations.flatMap(({ after }, index) => faultsOfDuration(`/escalations/${index}/after`, after, 0)),
    ...faultsOfHours(hours),
  ];
  const others = inForce(publications).filter((other) => other.code !== code);
  const warnings = (kinds ?? []).flatMap((kind, index) =>
    others
      .filter((other) => other.code < code && other.kinds?.includes(kind))
      .map((other) => ({
        pointer: `/kinds/${index}`,
        message: `is said by ${other.code} already, which holds: the first by code does`,
      })),
  );
  return { faults, warnings };
}

const SHIPPED: readonly ShippedDocument[] = (
  [
    [
      "connections",
      {
        title: "Lost connections",
        kinds: ["consumerBlocked", "webhookDisabled", "webhookGap"],
        escalations: [
          { from: "opened", after: "PT0S", alert: true },
          { after: "PT0S", team: "operations", alert: true },
        ],
      },
    ],
    [
      "exceptions",
      {
        title: "All other exceptions",
        escalations: [
          { after: "PT0S", alert: true },
          { after: "PT4H", team: "operations", alert: true },
        ],
      },
    ],
  ] as [string, ExceptionLevels][]
).map(([code, content]) => ({ code, shippedVersion: 1, content }));

/** Where every document was withdrawn, somebody still hears of it. */
const FALLBACK: ExceptionLevels = { title: "", escalations: [{ after: "PT0S", alert: true }] };

export interface ExceptionToPlan {
  kind: string;
  location: string | null;
  openedAt: Date;
  dueAt: Date;
}

/** The last moment that is written and read alike everywhere: one beyond it would fail the plans of all others with it. */
const LAST_MOMENT = Date.parse("9999-12-31T00:00:00Z");

/** Knows the levels that are in force. */
export type PlanEscalation = (exception: ExceptionToPlan) => PlannedEscalation[];

export function planEscalations(
  publications: Pick<Publications, "inForce">,
  network: NetworkDirectory,
): PlanEscalation {
  return ({ kind, location, openedAt, dueAt }) => {
    const published = inForce(publications);
    const levels =
      published.find(({ kinds }) => kinds?.includes(kind)) ??
      published.find(({ kinds }) => kinds === undefined) ??
      FALLBACK;
    return levels.escalations
      .map(({ from, after, team, alert }) => ({
        at: written(addWorkingTime(levels.hours, location, network, from === "opened" ? openedAt : dueAt, after)),
        team: team ?? null,
        priority: null,
        alert: alert ?? false,
      }))
      .sort((one, other) => Date.parse(one.at) - Date.parse(other.at));
  };
}

function written(moment: Date): string {
  return new Date(Math.min(moment.getTime(), LAST_MOMENT)).toISOString();
}

/** By code, so that every process finds the same one first. What only a newer release understands is left out. */
function inForce(publications: Pick<Publications, "inForce">): (ExceptionLevels & { code: string })[] {
  return [...publications.inForce(EXCEPTION_LEVELS_KIND).values()]
    .filter(({ content }) => shape.Check(content))
    .map(({ code, content }) => ({ ...(content as ExceptionLevels), code }))
    .filter(({ escalations }) => escalations.every(({ after }) => faultsOfDuration("", after, 0).length === 0))
    .sort((one, other) => (one.code < other.code ? -1 : 1));
}
