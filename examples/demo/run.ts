import { connect } from "../client.ts";
import { catalog } from "./catalog.ts";
import { Random } from "./random.ts";
import { seed } from "./seed.ts";
import { tradingDay } from "./trading-day.ts";

/** The order that is captured last. */
const LAST_STORY = "STORY-PARTIAL";
const HALF_FILLED =
  "The demo was stopped while it was being filled in. Delete its data (ORRERY_DIR, else .orrery) and start again for the whole of it.";

/**
 * Started by `npm start -- --demo` beside the server, with ORRERY_URL and ORRERY_KEY: fills in an empty Orrery and then
 * keeps a trading day moving until it is told to stop. Everything goes through the public API.
 */
const [url, key] = [process.env["ORRERY_URL"], process.env["ORRERY_KEY"]];
if (!url || !key) throw new Error("Set ORRERY_URL and ORRERY_KEY.");
const client = connect(url, key);
const stopping = new AbortController();
const say = (line: string): void => void process.stdout.write(`${line}\n`);
for (const event of ["SIGINT", "SIGTERM", "disconnect"] as const) process.once(event, stop);

let isFilled = false;
const { data: channels } = await client.get<{ data: object[] }>("/v1/channels?limit=1");
if (channels.length > 0 && !(await hasLastStory())) say(HALF_FILLED);
const products = channels.length > 0 ? catalog(new Random(20_261_122)).products : await seed(client, new Date(), say);
isFilled = true;
process.send?.("seeded");
await tradingDay(client, products, stopping.signal, (error) =>
  process.stderr.write(`The demo's trading day stumbled: ${String(error)}\n`),
);
process.disconnect?.();

/** Filling in takes some 10 s, and whoever presses Ctrl-C does not want to wait for it. */
function stop(): void {
  if (isFilled) return stopping.abort();
  say(HALF_FILLED);
  process.exit();
}

async function hasLastStory(): Promise<boolean> {
  const { data } = await client.get<{ data: object[] }>(`/v1/orders?query=${LAST_STORY}&limit=1`);
  return data.length > 0;
}
