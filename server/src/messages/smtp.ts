import type { Transporter } from "nodemailer";
import type { Delivery, MessagePort, OutgoingMessage } from "./ports.ts";

export interface SmtpOptions {
  /** smtp://user:password@host:587 or smtps://…:465. */
  url: string;
  /** Where emails come from when neither brand nor channel says. */
  from: string;
  /** Right side of Message-IDs: the same for all attempts. */
  domain: string;
}

const CONNECTIONS = 4;
const CONNECT_TIMEOUT_MS = 10_000;
/** Between two answers of the server. */
const SILENCE_TIMEOUT_MS = 20_000;

/** Emails by SMTP. */
export function smtpPort({ url, from, domain }: SmtpOptions): MessagePort {
  let transport: Promise<Transporter> | undefined;
  return {
    send: async (message) => {
      transport ??= openTransport(url);
      const mailer = await transport;
      try {
        await mailer.sendMail(mailOf(message, from, domain));
        return { sent: true };
      } catch (error) {
        return refusalOf(error);
      }
    },
    close: async () => (await transport)?.close(),
  };
}

/** With the first message: loading the client took 45 ms of the start of every process, also of those that send nothing. */
async function openTransport(url: string): Promise<Transporter> {
  const { createTransport } = await import("nodemailer");
  return createTransport({
    url,
    pool: true,
    maxConnections: CONNECTIONS,
    connectionTimeout: CONNECT_TIMEOUT_MS,
    greetingTimeout: CONNECT_TIMEOUT_MS,
    socketTimeout: SILENCE_TIMEOUT_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
}

function mailOf(message: OutgoingMessage, defaultFrom: string, domain: string) {
  const { name, address, replyTo } = message.from;
  return {
    messageId: `<${message.id}@${domain}>`,
    from: { name, address: address ?? defaultFrom },
    // As an object it is one address, whatever it contains.
    to: { name: "", address: message.recipient },
    ...(replyTo === null ? {} : { replyTo: { name: "", address: replyTo } }),
    subject: message.subject ?? "",
    text: message.text,
    ...(message.html === null ? {} : { html: message.html }),
    headers: {
      // No automatic answers to an automatic mail (RFC 3834).
      "Auto-Submitted": "auto-generated",
      ...(message.declineUrl === null
        ? {}
        : {
            "List-Unsubscribe": `<${message.declineUrl}>`,
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
          }),
    },
  };
}

/** 5xx after RCPT: the address; of these the ones below say that it does not exist or takes nothing. */
const BAD_ADDRESS = /\b5\.1\.[1236]\b|\b5\.2\.1\b/;

function refusalOf(error: unknown): Delivery {
  const { responseCode, command, message } = error as { responseCode?: number; command?: string; message: string };
  // Servers repeat the address; this text stays where addresses are erased from.
  const reason = `The mail server said: ${message.replace(/\S+@\S+/g, "…")}`;
  const refused = responseCode !== undefined && responseCode >= 500 && responseCode < 600;
  if (refused && command === "RCPT TO") {
    const badAddress = [550, 551, 553, 556].includes(responseCode) || BAD_ADDRESS.test(message);
    return { sent: false, reason, final: true, badAddress };
  }
  // Whoever refuses the content refuses it tomorrow; whoever refuses us (sign-in, sender) may be told to let us in.
  return { sent: false, reason, final: refused && command === "DATA", badAddress: false };
}
