import { chooseSender, chooseTemplate } from "./choose-template.ts";
import { formatsFor } from "./formats.ts";
import type { Messages, PublishedTemplate } from "./messages.ts";
import { type MessageContext, renderMessage, type RenderedMessage } from "./render-message.ts";
import type { MessageSender } from "./sender.ts";
import type { MessageTemplate, Medium } from "./template.ts";
import type { MessageSubject } from "./triggers.ts";

/** The last resort of a language. */
const FALLBACK_LANGUAGE = "en";

/** Pages that a message leads to. */
export interface MessageLinks {
  reportProblem: string;
  declineFollowUps: string | null;
  answerQuestion: string | null;
}

export interface Voice {
  sender: MessageSender;
  /** As the customer knows it. */
  name: string;
  brand: string;
}

/** In whose name the customers of a channel are written to. */
export function voiceOf({ network, senders }: Pick<Messages, "network" | "senders">, channel: string): Voice {
  const brand = network.channelByCode(channel)?.brand ?? "";
  const sender = chooseSender(senders(), { brand, channel });
  if (sender === undefined) throw new Error("No message-sender is in force; publish one for all channels.");
  return { sender, name: sender.name ?? (brand || channel), brand };
}

/** The template for this customer; undefined: none is in force. */
export function templateFor(
  messages: Pick<Messages, "templates">,
  subject: MessageSubject,
  { trigger, medium, voice }: { trigger: string; medium: Medium; voice: Voice },
): PublishedTemplate | undefined {
  return chooseTemplate(
    messages.templates().filter((template) => template.trigger === trigger && template.medium === medium),
    {
      languages: [...(subject.language === null ? [] : [subject.language]), voice.sender.language, FALLBACK_LANGUAGE],
      brand: voice.brand,
      channel: subject.channel,
    },
  );
}

/** Writes the message out. Amounts and dates follow the customer's region where it speaks the template's language. */
export function compose(
  template: MessageTemplate,
  subject: MessageSubject,
  voice: Voice,
  links: MessageLinks,
): RenderedMessage {
  const region = [subject.language, voice.sender.language].find(
    (language) => language !== null && language.split("-")[0] === template.language.split("-")[0],
  );
  const formats = formatsFor(region ?? template.language, subject.currency, voice.sender.timeZone);
  const context: MessageContext = {
    ...subject.contextFor(formats),
    sender: {
      name: voice.name,
      shopUrl: voice.sender.shopUrl,
      supportEmail: voice.sender.supportEmail,
      supportPhone: voice.sender.supportPhone,
    },
    links,
  };
  return renderMessage(template, context, voice.sender);
}

export function addressFor({ email, phone, customerReference }: MessageSubject, medium: Medium): string | null {
  return { email, sms: phone, push: customerReference }[medium];
}

/** Pages that lead nowhere, where nothing is sent. */
export function previewLinks(
  { publicUrl, source }: Pick<Messages, "publicUrl" | "source">,
  trigger: string,
): MessageLinks {
  const page = `${publicUrl}/m/preview`;
  const told = source.triggers.find(({ code }) => code === trigger);
  return {
    reportProblem: page,
    declineFollowUps: told?.followUp ? page : null,
    answerQuestion: told?.asks ? page : null,
  };
}
