import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { SMTPServer } from "smtp-server";

/** A real SMTP server on loopback that keeps what it gets. */
export interface MailServer {
  url: string;
  mails: ReceivedMail[];
  /** What it says to the next recipients, before it takes any again; "drop" hangs up after the whole mail was taken. */
  moods: ({ code: number; message: string; at: "recipient" | "mail" } | "drop")[];
  close(): Promise<void>;
}

export interface ReceivedMail {
  from: string;
  to: string[];
  headers: Map<string, string>;
  /** The decoded plain text and HTML. */
  text: string;
  html: string;
}

export async function openMailServer(): Promise<MailServer> {
  const mails: ReceivedMail[] = [];
  const moods: MailServer["moods"] = [];
  const refusal = (at: "recipient" | "mail"): Error | null => {
    const mood = moods[0];
    if (mood === undefined || mood === "drop" || mood.at !== at) return null;
    moods.shift();
    return Object.assign(new Error(mood.message), { responseCode: mood.code });
  };
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ["STARTTLS", "AUTH"],
    logger: false,
    onRcptTo: (_address, _session, done) => done(refusal("recipient")),
    onData: (stream, session, done) => {
      const chunks: Buffer[] = [];
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      stream.on("end", () => {
        const refused = refusal("mail");
        if (refused !== null) return done(refused);
        const { mailFrom, rcptTo } = session.envelope;
        mails.push({
          from: mailFrom === false ? "" : mailFrom.address,
          to: rcptTo.map(({ address }) => address),
          ...parsed(Buffer.concat(chunks).toString("latin1")),
        });
        if (moods[0] !== "drop") return done();
        moods.shift();
        // As if the answer was lost on its way: the mail was taken, and the sender never hears of it.
        for (const connection of server.connections) connection._socket?.destroy();
      });
    },
  });
  server.on("error", () => {
    // Connections that tests break off.
  });
  const listening = server.listen(0, "127.0.0.1");
  await once(listening, "listening");
  const { port } = listening.address() as AddressInfo;
  return {
    url: `smtp://127.0.0.1:${port}`,
    mails,
    moods,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

function parsed(source: string): Pick<ReceivedMail, "headers" | "text" | "html"> {
  const { headers, body } = partOf(source);
  const boundary = /boundary="([^"]+)"/.exec(headers.get("content-type") ?? "")?.[1];
  const parts = boundary === undefined ? [source] : body.split(`--${boundary}`).slice(1, -1);
  const found = new Map(
    parts.map((part) => {
      const one = partOf(part.replace(/^\r\n/, ""));
      return [one.headers.get("content-type")?.split(";")[0] ?? "", decoded(one)];
    }),
  );
  return { headers, text: found.get("text/plain") ?? "", html: found.get("text/html") ?? "" };
}

interface MimePart {
  headers: Map<string, string>;
  body: string;
}

function partOf(source: string): MimePart {
  const end = source.indexOf("\r\n\r\n");
  const lines = source
    .slice(0, end)
    .replace(/\r\n[ \t]+/g, " ")
    .split("\r\n");
  const headers = new Map(
    lines.map((line) => [
      line.slice(0, line.indexOf(":")).toLowerCase(),
      words(line.slice(line.indexOf(":") + 1).trim()),
    ]),
  );
  return { headers, body: source.slice(end + 4) };
}

/** RFC 2047. */
function words(text: string): string {
  return text
    .replace(/\?=\s+=\?/g, "?==?")
    .replace(/=\?utf-8\?([bq])\?([^?]*)\?=/gi, (_whole, kind: string, value: string) =>
      kind.toLowerCase() === "b" ? Buffer.from(value, "base64").toString("utf8") : quoted(value.replaceAll("_", " ")),
    );
}

function decoded({ headers, body }: MimePart): string {
  const encoding = headers.get("content-transfer-encoding")?.toLowerCase();
  if (encoding === "base64") return Buffer.from(body, "base64").toString("utf8");
  const text = encoding === "quoted-printable" ? quoted(body.replace(/=\r\n/g, "")) : body;
  return text.replaceAll("\r\n", "\n");
}

function quoted(text: string): string {
  const bytes = text.replace(/=([0-9A-F]{2})/g, (_whole, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, "latin1").toString("utf8");
}
