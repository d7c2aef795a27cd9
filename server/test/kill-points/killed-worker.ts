import { writeSync } from "node:fs";
import pg from "pg";
import { pino } from "pino";
import { openApplication } from "../../src/main/application.ts";
import { NO_MESSAGING } from "../../src/main/messaging-settings.ts";
import { startWorker } from "../../src/main/worker.ts";
import { parseAddressRange } from "../../src/platform/outbound/address-policy.ts";
import { createSecretBox } from "../../src/platform/secrets.ts";

/**
 * All workers of Orrery in a process of its own, which kills itself at a numbered point: before a commit, after a commit
 * that nobody here has heard of yet, or after a write outside transactions. Its arguments: database, mail server, the
 * number of the point (0: it lives), the key of secrets in hex.
 */
const [databaseUrl, smtpUrl, killAt, key] = process.argv.slice(2) as [string, string, string, string];

/** What goes on all the time, with or without work. */
const BACKGROUND = /^platform\.(tryLease|appendToFeed|renewJobs|registerConsumer)$|Partition|forget|Old|nextReplay/;
const WRITES = /\b(insert into|update|delete from)\b/i;

interface Query {
  name?: string;
  text: string;
}
type Answer = { rowCount: number | null } | undefined;
type Heard = (error: Error | null, answer: Answer) => void;

let counting = false;
let passed = 0;

function point(label: string): void {
  if (!counting || ++passed !== Number(killAt)) return;
  // Not through a stream: nothing of this process would write it any more.
  writeSync(1, `${label}\n`);
  process.kill(process.pid, "SIGKILL");
}

/** The writes of the transactions under way, by connection. */
const open = new WeakMap<object, string[]>();

/** What is to happen when the answer is there; null: nothing. */
function watch(connection: object, { name = "", text }: Query): ((answer: Answer) => void) | null {
  const writes = open.get(connection);
  if (text === "begin") open.set(connection, []);
  else if (text === "rollback") open.delete(connection);
  else if (text === "commit" && writes !== undefined) {
    open.delete(connection);
    if (writes.length === 0) return null;
    const label = [...new Set(writes)].join(" ");
    point(`before ${label}`);
    return () => point(`after ${label}`);
  } else if (WRITES.test(text) && !BACKGROUND.test(name)) {
    if (writes === undefined) return (answer) => void ((answer?.rowCount ?? 0) > 0 && point(`after ${name}`));
    writes.push(name);
  }
  return null;
}

const { prototype } = pg.Client;
const query = prototype.query as (this: pg.Client, ...given: unknown[]) => unknown;
prototype.query = function (this: pg.Client, ...given: unknown[]) {
  const first = given[0];
  const asked = typeof first === "string" ? { text: first } : (first as Query);
  const heard = typeof asked?.text === "string" ? watch(this, asked) : null;
  if (heard === null) return query.apply(this, given);
  const last = given.at(-1);
  if (typeof last === "function") {
    const hear: Heard = (error, answer) => {
      if (error === null || error === undefined) heard(answer);
      (last as Heard)(error, answer);
    };
    return query.apply(this, [...given.slice(0, -1), hear]);
  }
  return (query.apply(this, given) as Promise<Answer>).then((answer) => {
    heard(answer);
    return answer;
  });
} as typeof prototype.query;

const log = pino({ level: "error" }, pino.destination(2));
const application = await openApplication({
  databaseUrl,
  log,
  secrets: createSecretBox([Buffer.from(key, "hex")]),
  outboundPolicy: { allowedNetworks: [parseAddressRange("127.0.0.0/8")!], ports: [443] },
  messaging: { ...NO_MESSAGING, smtpUrl, mailFrom: "orders@shop.test", publicUrl: "https://orders.test" },
});
counting = true;
const worker = startWorker(application, log);
process.once("SIGTERM", () => void worker.stop().then(() => process.exit(0)));
