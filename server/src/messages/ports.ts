/** A message on its way to one reader. Every attempt sends exactly the same under the same ID. */
export interface OutgoingMessage {
  id: string;
  /** Null: it tells somebody of the house of more than one. */
  orderId: string | null;
  trigger: string;
  language: string;
  recipient: string;
  subject: string | null;
  html: string | null;
  text: string;
  /** For the headers by which mail programs decline follow-ups. */
  declineUrl: string | null;
  from: { name: string; address: string | null; replyTo: string | null };
}

export type Delivery =
  | { sent: true }
  /**
   * `final`: the other side will never take it. `badAddress`: because of the address itself, so nothing more is sent there.
   * Otherwise it is tried again.
   */
  | { sent: false; reason: string; final: boolean; badAddress: boolean };

/** A way to customers; `main/` plugs in what the installation has. At least once: after a crash it may get one again. */
export interface MessagePort {
  send(message: OutgoingMessage, signal: AbortSignal): Promise<Delivery>;
  close(): Promise<void>;
}
