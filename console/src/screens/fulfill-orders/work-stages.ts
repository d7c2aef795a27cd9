/** The stages a person on the floor thinks in, each with the statuses that belong to it. */
export const stages = {
  open: ["created", "escalated", "scheduled", "picking", "packed", "ready for pickup"],
  new: ["created", "escalated", "scheduled"],
  picking: ["picking"],
  packed: ["packed", "ready for pickup"],
  done: ["dispatched", "fulfilled"],
  refused: ["rejected", "cancelled", "expired"],
} as const;

export type Stage = keyof typeof stages;

export function isStage(text: string | undefined): text is Stage {
  return text !== undefined && text in stages;
}
