/** Kinds of exceptions about webhooks; each is about one webhook. */
export const FAILING = "webhookFailing";
export const DISABLED = "webhookDisabled";
