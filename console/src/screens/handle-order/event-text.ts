import { useTranslation } from "react-i18next";
import type { CustomerQuestion, GetOrderTimelineResponse } from "../../api/generated/types.gen.ts";
import { formatDate, formatMoney } from "../../ui/format.ts";
import type { Tone } from "../../ui/status-badge.tsx";
import type { TimelineEntry } from "../../ui/timeline.tsx";
import { useEndText } from "../customer-answers.ts";
import { useActorName } from "../actor-names.ts";
import { useEventName } from "../event-names.ts";
import { inWords } from "../humanize.ts";
import { useLocalText } from "../offered-actions.ts";
import { useTeamName } from "../team-fields.tsx";
import { useLocationNames } from "../places.tsx";
import { useHoldReasonText } from "../reasons.ts";
import { toneOf, useStatusText } from "../statuses.tsx";

const answers = ["wait", "change", "cancel"] as const;
const enders = ["customer", "staff", "silence", "overtaken"] as const;

function dayText(day: string): string {
  return day === "" ? "" : formatDate(new Date(`${day}T00:00:00Z`), "UTC");
}

type TimelineEvent = GetOrderTimelineResponse["data"][number];
type Sentence = Pick<TimelineEntry, "title" | "tone" | "detail">;

/** The data of an event, read with care: its schema belongs to the server and may grow. */
class Facts {
  readonly #data: Readonly<Record<string, unknown>>;

  constructor(data: unknown) {
    this.#data = typeof data === "object" && data !== null ? (data as Record<string, unknown>) : {};
  }

  text(name: string): string {
    const value = this.#data[name];
    return typeof value === "string" || typeof value === "number" ? String(value) : "";
  }

  number(name: string): number {
    const value = this.#data[name];
    return typeof value === "number" ? value : 0;
  }

  flag(name: string): boolean {
    return this.#data[name] === true;
  }

  /** "risk: 12, gift: true" of an object of plain values. */
  pairs(name: string): string {
    const value = this.#data[name];
    if (typeof value !== "object" || value === null) return "";
    return Object.entries(value)
      .map(([field, said]) => `${field}: ${said === null ? "–" : String(said)}`)
      .join(", ");
  }

  /** The latest of the days that the lines name; none when they name none. */
  lastDay(name: string): string {
    const { lines } = this.#data;
    if (!Array.isArray(lines)) return "";
    return (
      lines
        .map((line: Record<string, unknown>) => String(line[name] ?? ""))
        .toSorted()
        .at(-1) ?? ""
    );
  }

  /** How a question to the customer ended. */
  end(): Pick<CustomerQuestion, "answer" | "endedBy"> {
    return {
      answer: answers.find((one) => one === this.#data["answer"]) ?? null,
      endedBy: enders.find((one) => one === this.#data["by"]) ?? null,
    };
  }

  /** Units of all lines together. */
  units(): number {
    const { lines } = this.#data;
    if (!Array.isArray(lines)) return 0;
    return lines.reduce<number>((sum, line: { quantity?: unknown }) => sum + Number(line.quantity ?? 0), 0);
  }
}

/** An event as a line of the timeline: what happened, with the numbers that make it concrete. */
export function useEventText(): (event: TimelineEvent) => TimelineEntry {
  const sentenceOf = useSentence();
  const taskSentenceOf = useTaskSentence();
  const actorName = useActorName();
  return (event) => ({
    id: `${event.task?.id ?? ""} ${event.sequence}`,
    at: event.occurredAt,
    actor: actorName(event),
    ...(event.task
      ? taskSentenceOf(event.type, event.task, new Facts(event.data))
      : sentenceOf(event.type, new Facts(event.data))),
  });
}

function useSentence(): (type: string, facts: Facts) => Sentence {
  const { t } = useTranslation();
  const nameOf = useLocationNames();
  const statusText = useStatusText();
  const holdText = useHoldReasonText();
  const endText = useEndText();
  const eventName = useEventName();
  const say = (tone: Tone, title: string, detail?: string): Sentence => ({ tone, title, detail });
  return (type, facts) => {
    const location = nameOf(facts.text("location"));
    const count = facts.units();
    const to = facts.text("to");
    switch (type) {
      case "order.captured":
        return say(
          "waiting",
          t("event.captured", { channel: facts.text("channel") }),
          `${t("orders.unitCount", { count: facts.number("unitCount") })} · ${formatMoney(facts.number("grandTotal"), facts.text("currency"))}`,
        );
      case "order.statusChanged":
        return say(toneOf(to), t("event.statusChanged", { status: statusText(to) }));
      case "order.held":
        return say("attention", t("event.held"), holdText(facts.text("reason")));
      case "order.holdReleased":
        return say("done", t("event.holdReleased"));
      case "order.attributesSet":
        return say("waiting", t("event.attributesSet", { what: facts.pairs("attributes") }));
      case "order.signaled":
        return say("waiting", t("event.signaled", { what: inWords(facts.text("name")) }), facts.pairs("data"));
      case "order.callAnswered":
        return facts.flag("succeeded")
          ? say("done", t("event.callSucceeded", { what: inWords(facts.text("call")) }))
          : say("trouble", t("event.callFailed", { what: inWords(facts.text("call")) }));
      case "order.superseded":
        return say("stopped", t("event.superseded"));
      case "order.unitsCancelled":
        return say("stopped", t("event.unitsCancelled", { count }), facts.text("reason"));
      case "order.supplyPromised":
        return say("waiting", t("event.supplyPromised", { count, day: dayText(facts.lastDay("expectedOn")) }));
      case "order.supplyChanged":
        return say("attention", t("event.supplyChanged"));
      case "order.customerAsked":
        return say(
          "attention",
          t("event.customerAsked"),
          t(facts.text("silence") === "cancel" ? "question.silence.cancel" : "question.silence.wait"),
        );
      case "order.customerAnswered":
        return facts.text("answer") === ""
          ? say("stopped", t("question.overtaken"))
          : say("done", t("event.customerAnswered"), endText(facts.end()));
      case "fulfillmentOrder.created":
        return say("waiting", t("event.workCreated", { location }), t("orders.unitCount", { count }));
      case "fulfillmentOrder.statusChanged":
        return say(toneOf(to), t("event.workChanged", { location, status: statusText(to) }));
      case "fulfillmentOrder.unitsShipped":
        return say("moving", t("event.unitsShipped", { location, count }));
      case "fulfillmentOrder.unitsDelivered":
        return say("done", t("event.unitsDelivered", { count }));
      case "order.unitsPerformed":
        return say("done", t("event.unitsPerformed", { count }));
      case "fulfillmentOrder.shipmentLost":
        return say("trouble", t("event.shipmentLost", { location, count }));
      case "order.messageRequested":
        return say("done", t("event.messageRequested"), inWords(facts.text("trigger")));
      case "fulfillmentOrder.readyForPickup":
        return say("moving", t("event.readyForPickup", { location }));
      case "fulfillmentOrder.pickupExtended":
        return say("waiting", t("event.pickupExtended", { location }));
      case "fulfillmentOrder.unitsWithdrawn":
        return say("trouble", t("event.unitsWithdrawn", { location, count }), facts.text("reason"));
      default:
        return say("waiting", eventName(type));
    }
  };
}

/** What happened to a task of the order. */
function useTaskSentence(): (type: string, task: NonNullable<TimelineEvent["task"]>, facts: Facts) => Sentence {
  const { t } = useTranslation();
  const textOf = useLocalText();
  const teamName = useTeamName();
  const eventName = useEventName();
  const say = (tone: Tone, title: string, detail?: string): Sentence => ({ tone, title, detail });
  return (type, { title: asked, assigneeName, outcome }, facts) => {
    const title = textOf(asked);
    const team = teamName(facts.text("team"));
    switch (type) {
      case "task.opened":
        return say("attention", t("event.taskOpened", { title }), t("event.taskFor", { team }));
      case "task.assigned":
        if (facts.text("assignee") === "") return say("waiting", t("event.taskGivenBack", { title }), team);
        return say("working", t("event.taskAssigned", { title, name: assigneeName ?? t("event.somebody") }));
      case "task.commented":
        return say("waiting", t("event.taskCommented", { title }));
      case "task.escalated":
        return say("trouble", t("event.taskEscalated", { title }), t("event.taskNowWith", { team }));
      case "task.completed":
        return say("done", t("event.taskDone", { title, outcome: outcome === null ? "" : textOf(outcome) }));
      case "task.withdrawn":
        return say("stopped", t("event.taskWithdrawn", { title }));
      default:
        return say("waiting", eventName(type), title);
    }
  };
}
