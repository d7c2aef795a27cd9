import type { FeedConsumer } from "../platform/events/follow-feed.ts";
import type { FeedEvent } from "../platform/events/read-feed.ts";
import type { Messages } from "./messages.ts";
import { idOfMessage, type NewMessage, putMessages } from "./outbox.sql.ts";
import type { Medium } from "./template.ts";
import type { Audience, MessageTrigger, Occasion } from "./triggers.ts";

interface Told {
  event: FeedEvent;
  trigger: MessageTrigger;
  occasion: Occasion;
}

/** Follows the feed and puts down what customers are to be told: once per event, trigger and medium (W3). */
export function messageConsumer(messages: Messages): FeedConsumer {
  const { triggers, audienceOf } = messages.source;
  return {
    name: "messages",
    types: [...new Set(triggers.flatMap(({ follows }) => follows))],
    // What happened before this installation sent messages is not told.
    startAt: "end",
    handle: async (transaction, events) => {
      const told = events.flatMap((event) => toldBy(event, triggers));
      if (told.length === 0) return;
      const audiences = await audienceOf(
        transaction,
        told.map(({ occasion }) => occasion.orderId),
      );
      const wanted = wantedMedia(messages);
      const unasked: { orderId: string; channel: string }[] = [];
      const found = told.flatMap((one): NewMessage[] => {
        const audience = audiences.get(one.occasion.orderId);
        if (audience === undefined || audience.historical || audience.superseded) return [];
        const { orderId } = one.occasion;
        const media = [...(wanted.get(one.trigger.code) ?? [])].filter((medium) => isReachable(audience, medium));
        if (one.trigger.asks && !media.some(messages.canSend)) unasked.push({ orderId, channel: audience.channel });
        return media.map((medium) => ({
          ...one.occasion,
          id: idOfMessage(one.event.id, one.event.recordedAt, one.trigger.code, medium),
          trigger: one.trigger.code,
          medium,
          orderNumber: audience.orderNumber,
          channel: audience.channel,
          requestedBy: "system:messages",
          resendOf: null,
        }));
      });
      messages.reports.unasked(transaction, unasked, messages.clock.now());
      putMessages(transaction, found, messages.canSend);
    },
  };
}

function toldBy(event: FeedEvent, triggers: readonly MessageTrigger[]): Told[] {
  return triggers.flatMap((trigger) => {
    const occasion = trigger.follows.includes(event.type) ? trigger.occasionOf(event) : null;
    return occasion === null ? [] : [{ event, trigger, occasion }];
  });
}

/** A template in force is what says that customers are told, and how. Emails are kept even where none can be sent. */
export function wantedMedia({ templates, ports }: Pick<Messages, "templates" | "ports">): Map<string, Set<Medium>> {
  const wanted = new Map<string, Set<Medium>>();
  for (const { trigger, medium } of templates()) {
    if (medium !== "email" && ports[medium] === null) continue;
    wanted.set(trigger, (wanted.get(trigger) ?? new Set()).add(medium));
  }
  return wanted;
}

export function isReachable({ hasEmail, hasPhone, hasReference }: Audience, medium: Medium): boolean {
  return { email: hasEmail, sms: hasPhone, push: hasReference }[medium];
}
