import { fillIn, type ParsedText, parseText, rowsAt } from "./liquid.ts";
import { type Content, standardHtml, standardText } from "./standard-layout.ts";
import { type Block, MAX_ROWS, type MessageTemplate } from "./template.ts";
import type { MessageSender } from "./sender.ts";

export interface RenderedMessage {
  subject: string | null;
  html: string | null;
  text: string;
}

export type MessageContext = Readonly<Record<string, unknown>> & {
  sender: { name: string; shopUrl: string | null; supportEmail: string | null; supportPhone: string | null };
  links: { declineFollowUps: string | null };
};

/** Fills a checked template in. Pure: the same template and context give the same message. */
export function renderMessage(
  template: MessageTemplate,
  context: MessageContext,
  sender: MessageSender,
): RenderedMessage {
  const subject = template.subject === undefined ? null : oneLine(filled(template.subject, context));
  if (template.blocks === undefined) return { subject, html: null, text: filled(template.text!, context) };
  const message = {
    language: template.language,
    subject: subject!,
    parts: withoutLooseDividers(template.blocks.flatMap((block) => contentOf(block, context))),
    senderName: context.sender.name,
    declineUrl: context.links.declineFollowUps,
    sender,
  };
  return { subject, html: standardHtml(message), text: standardText(message) };
}

function filled(text: string, context: Readonly<Record<string, unknown>>): string {
  return fillIn(sound(text), context).trim();
}

function sound(text: string): ParsedText {
  const parsed = parseText(text);
  if ("fault" in parsed) throw new Error(`A published text has a fault: ${parsed.fault}`);
  return parsed;
}

/** What stood between two of them, or behind the last, may have been left out. */
function withoutLooseDividers(parts: readonly Content[]): Content[] {
  return parts.filter(
    ({ type }, index) => type !== "divider" || (index > 0 && (parts[index + 1]?.type ?? "divider") !== "divider"),
  );
}

function contentOf(block: Block, context: MessageContext): Content[] {
  switch (block.type) {
    case "divider":
      return [{ type: "divider" }];
    case "heading":
    case "text":
    case "note": {
      const text = filled(block.text, context);
      return text === "" ? [] : [{ type: block.type, text }];
    }
    case "button": {
      const label = oneLine(filled(block.label, context));
      const url = filled(block.url, context);
      return label === "" || !isWebAddress(url) ? [] : [{ type: "button", label, url }];
    }
    case "total": {
      const row = { left: oneLine(filled(block.left, context)), right: oneLine(filled(block.right, context)) };
      return row.left === "" || row.right === "" ? [] : [{ type: "rows", rows: [row], strong: true }];
    }
    case "rows": {
      const left = sound(block.left);
      const right = block.right === undefined ? null : sound(block.right);
      const rows = rowsAt(context, block.each)
        .slice(0, MAX_ROWS)
        .map((row) => ({
          left: oneLine(fillIn(left, { ...context, row })),
          right: right === null ? "" : oneLine(fillIn(right, { ...context, row })),
        }))
        .filter((row) => row.left !== "");
      return rows.length === 0 ? [] : [{ type: "rows", rows, strong: false }];
    }
  }
}

/** A subject with a line break would end the header; a table's cell has one line. */
function oneLine(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}

function isWebAddress(text: string): boolean {
  return /^https?:\/\/[^\s"'<>]+$/i.test(text);
}
