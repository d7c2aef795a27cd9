/** A message template as its document says it (server/src/messages/template.ts). */

export type Medium = "email" | "sms" | "push";

export type Block =
  | { readonly type: "heading" | "text" | "note"; readonly text: string }
  | { readonly type: "button"; readonly label: string; readonly url: string }
  | { readonly type: "rows"; readonly each: string; readonly left: string; readonly right?: string }
  | { readonly type: "total"; readonly left: string; readonly right: string }
  | { readonly type: "divider" };

export interface Template {
  readonly title: string;
  readonly trigger: string;
  readonly medium: Medium;
  readonly language: string;
  readonly brand: string | null;
  readonly channel: string | null;
  readonly subject?: string;
  readonly layout?: "standard";
  readonly blocks?: readonly Block[];
  readonly text?: string;
}

export const KIND = "message-template";
export const media = ["email", "sms", "push"] as const satisfies readonly Medium[];
export const blockTypes = ["heading", "text", "note", "button", "rows", "total", "divider"] as const;

/** What can be edited as a template; null: it has another shape. */
export function asTemplate(content: unknown): Template | null {
  const { trigger, medium, blocks } = (content ?? {}) as Partial<Template>;
  const known = typeof trigger === "string" && media.some((one) => one === medium);
  const sound = blocks === undefined || (Array.isArray(blocks) && blocks.every((block) => isBlock(block)));
  return known && sound ? (content as Template) : null;
}

function isBlock(block: unknown): boolean {
  const { type } = (block ?? {}) as { type?: unknown };
  return blockTypes.some((one) => one === type);
}

export function newBlock(type: Block["type"], lists: readonly string[]): Block {
  switch (type) {
    case "heading":
    case "text":
    case "note":
      return { type, text: "…" };
    case "button":
      return { type, label: "…", url: "{{ sender.shopUrl }}" };
    case "rows":
      return { type, each: lists[0] ?? "order.lines", left: "{{ row.quantity }} × {{ row.name }}" };
    case "total":
      return { type, left: "…", right: "…" };
    case "divider":
      return { type };
  }
}

/** What a new message of a medium needs at least. */
export function emptyTemplate(start: Pick<Template, "title" | "trigger" | "medium" | "language">): Template {
  const base = { ...start, brand: null, channel: null };
  if (start.medium === "sms") return { ...base, text: "{{ order.number }}" };
  if (start.medium === "push") return { ...base, subject: start.title, text: "{{ order.number }}" };
  const blocks: Block[] = [
    { type: "heading", text: start.title },
    { type: "text", text: "…" },
  ];
  return { ...base, subject: `${start.title} {{ order.number }}`, layout: "standard", blocks };
}

export function withBlock(template: Template, index: number, block: Block): Template {
  return { ...template, blocks: (template.blocks ?? []).with(index, block) };
}

export function withoutBlock(template: Template, index: number): Template {
  return { ...template, blocks: (template.blocks ?? []).toSpliced(index, 1) };
}

export function withMovedBlock(template: Template, index: number, step: 1 | -1): Template {
  const blocks = template.blocks ?? [];
  const block = blocks[index];
  const to = index + step;
  if (!block || to < 0 || to >= blocks.length) return template;
  return { ...template, blocks: blocks.toSpliced(index, 1).toSpliced(to, 0, block) };
}
