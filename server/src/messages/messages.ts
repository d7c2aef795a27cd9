import type { Clock } from "../platform/clock.ts";
import type { Database } from "../platform/db/database.ts";
import type { DocumentKind, ShippedDocument } from "../platform/documents/document-kind.ts";
import type { Publications } from "../platform/documents/follow-publications.ts";
import type { NetworkDirectory } from "../network/public.ts";
import type { MessagePort } from "./ports.ts";
import { type MessageSender, SENDER_KIND, senderDocuments } from "./sender.ts";
import type { MessageTemplate, Medium } from "./template.ts";
import { TEMPLATE_KIND, templateDocuments } from "./template-documents.ts";
import type { CustomerQuestions } from "./questions.ts";
import type { MessageReports } from "./reports.ts";
import type { WriteStaffLetter } from "./staff-mails.ts";
import type { MessageSource } from "./triggers.ts";

export interface PublishedTemplate extends MessageTemplate {
  code: string;
  version: number;
}

/** All that the use cases of messages have in common. */
export interface Messages {
  database: Database;
  clock: Clock;
  source: MessageSource;
  network: NetworkDirectory;
  reports: MessageReports;
  questions: CustomerQuestions;
  writeStaffLetter: WriteStaffLetter;
  /** By medium; null: the installation has no such way. */
  ports: Readonly<Record<Medium, MessagePort | null>>;
  /** Where customers reach the pages that messages link to, without a slash at the end. */
  publicUrl: string;
  templates(): readonly PublishedTemplate[];
  senders(): readonly MessageSender[];
  canSend(medium: Medium): boolean;
  close(): Promise<void>;
}

interface MessagesOptions extends Omit<Messages, "templates" | "senders" | "canSend" | "close"> {
  publications: Publications;
}

export function createMessages({ publications, ...rest }: MessagesOptions): Messages {
  return {
    ...rest,
    templates: () =>
      [...publications.inForce(TEMPLATE_KIND).values()].map(({ code, version, content }) => ({
        ...(content as MessageTemplate),
        code,
        version,
      })),
    senders: () => [...publications.inForce(SENDER_KIND).values()].map(({ content }) => content as MessageSender),
    canSend: (medium) => rest.ports[medium] !== null,
    close: async () => {
      for (const port of Object.values(rest.ports)) await port?.close();
    },
  };
}

/** The documents that people edit; registered before anything follows them. */
export function messageDocuments(
  source: Pick<MessageSource, "triggers">,
  shipped: readonly ShippedDocument[],
): DocumentKind[] {
  return [templateDocuments({ triggers: source.triggers, shipped }), senderDocuments()];
}
