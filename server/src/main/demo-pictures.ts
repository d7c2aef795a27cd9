import type { FastifyInstance } from "fastify";

/** One drawing per product family of the demo; stroke and ground say which product and variant it is. */
const SHAPES = [
  "M10 78 50 22 90 78Z M50 22 V78 M38 78 50 50 62 78",
  "M32 30q18-20 36 0v50h-36z M38 48h24v16h-24z M32 40q-8 14 0 28 M68 40q8 14 0 28",
  "M36 24 50 32 64 24 84 38 76 52 68 48V80H32V48L24 52 16 38Z M50 32V80",
  "M36 24q14 12 28 0l20 14-8 14-8-4v32H32V48l-8 4-8-14z",
  "M34 20h22v34l26 14v12H34z M34 70h48 M40 28h10 M40 36h10",
  "M34 28h32l10 30H24z M50 58v20 M36 80h28",
  "M20 46h60 M26 46v34 M74 46v34 M26 62h48 M28 30h44v16H28z",
  "M28 34h36v30q0 14-18 14t-18-14z M64 40q16-2 14 12t-16 10",
  "M26 34h48v44H26z M40 34V24h20v10 M36 34v44 M64 34v44 M30 82h6 M64 82h6",
  "M50 20 72 46 50 80 28 46Z M50 20V80 M28 46H72 M50 80q8 6 4 12",
];
const HUES = [150, 40, 215, 18, 232];
const YEAR_SECONDS = 31_536_000;

/** `/demo/pictures/FAMILY-PRODUCT-VARIANT.svg`: the demo's products have pictures without a request to anybody. */
export function serveDemoPictures(server: FastifyInstance): void {
  server.get<{ Params: { name: string } }>("/demo/pictures/:name", { schema: { hide: true } }, (request, reply) => {
    const match = /^(\d)-(\d)-(\d)\.svg$/.exec(request.params.name);
    if (match === null) return reply.callNotFound();
    const [family, product, variant] = match.slice(1).map(Number) as [number, number, number];
    return reply
      .type("image/svg+xml")
      .header("cache-control", `public, max-age=${YEAR_SECONDS}`)
      .send(draw(family, product, variant));
  });
}

function draw(family: number, product: number, variant: number): string {
  const hue = (HUES[variant % HUES.length]! + product * 7) % 360;
  const tilt = (product % 3) * 4 - 4;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100" role="img"><rect width="100" height="100" rx="8" fill="hsl(${hue} 32% 92%)"/><g transform="rotate(${tilt} 50 50)" fill="hsl(${hue} 38% 74%)" stroke="hsl(${hue} 45% 28%)" stroke-width="3" stroke-linejoin="round" stroke-linecap="round"><path d="${SHAPES[family % SHAPES.length]}"/></g></svg>`;
}
