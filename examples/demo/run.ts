import { connect } from "../client.ts";
import { catalog } from "./catalog.ts";
import { Random } from "./random.ts";
import { seed } from "./seed.ts";
import { tradingDay } from "./trading-day.ts";

/**
 * Started by `npm start -- --demo` beside the server, with ORRERY_URL and ORRERY_KEY: fills in an empty Orrery and then
 * keeps a trading day moving until it is told to stop. Everything goes through the public API.
 */
const [url, key] = [process.env["ORRERY_URL"], process.env["ORRERY_KEY"]];
if (!url || !key) throw new Error("Set ORRERY_URL and ORRERY_KEY.");
const client = connect(url, key);
const stopping = new AbortController();
for (const event of ["SIGINT", "SIGTERM", "disconnect"] as const) process.once(event, () => stopping.abort());

const { data: channels } = await client.get<{ data: object[] }>("/v1/channels?limit=1");
const products =
  channels.length > 0
    ? catalog(new Random(20_261_122)).products
    : await seed(client, new Date(), (line) => process.stdout.write(`${line}\n`));
process.send?.("seeded");
await tradingDay(client, products, stopping.signal, (error) =>
  process.stderr.write(`The demo's trading day stumbled: ${String(error)}\n`),
);
process.disconnect?.();
