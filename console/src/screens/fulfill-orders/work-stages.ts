/** The stages a person on the floor thinks in, each with the statuses that belong to it. */
export const stages = {
  open: ["created", "scheduled", "picking", "packed"],
  new: ["created", "scheduled"],
  picking: ["picking"],
  packed: ["packed"],
  done: ["dispatched", "fulfilled"],
  refused: ["rejected", "escalated", "cancelled", "expired"],
} as const;

export type Stage = keyof typeof stages;

export function isStage(text: string | undefined): text is Stage {
  return text !== undefined && text in stages;
}
