import { refusals } from "../platform/refusals.ts";

export const integrations = refusals({
  addressRefused: { status: 422, title: "Orrery must not send anything to this address." },
  tooManyWebhooks: { status: 409, title: "There can be no more webhooks." },
  webhookRemoved: { status: 409, title: "This webhook has been removed." },
});
