import { refusals } from "../platform/refusals.ts";

export const integrations = refusals({
  addressRefused: { status: 422, title: "Orrery must not send anything to this address." },
  tooManyWebhooks: { status: 409, title: "There can be no more webhooks." },
  badSignature: { status: 401, title: "The signature does not fit the body and the secret of this source." },
  staleEvent: { status: 400, title: "The signed time is too far from now; old requests are not accepted again." },
  unreadableEvent: { status: 422, title: "The body does not tell what every event of this source has." },
  notReplayable: { status: 409, title: "This event was applied, or is still to be tried." },
  bodyErased: { status: 409, title: "The event's body has been erased; let the sender send it again." },
  wrongSecret: { status: 422, title: "The secret is not of the form that the source's signature scheme needs." },
  gapWithoutBeginning: {
    status: 409,
    title:
      "Nothing tells since when events are missing. Replay the webhook from a moment of your choice, then resolve this.",
  },
  webhookRemoved: { status: 409, title: "This webhook has been removed." },
});
