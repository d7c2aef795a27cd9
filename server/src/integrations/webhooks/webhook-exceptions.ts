/** Kinds of exceptions about webhooks; each is about one webhook. */
export const FAILING = "webhookFailing";
export const DISABLED = "webhookDisabled";
/** What a webhook that rests has missed for good. */
export const GAP = "webhookGap";
