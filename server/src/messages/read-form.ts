import { common } from "../platform/refusals.ts";

const MAX_BYTES = 4_096;

/** A small form as browsers and mail programs send it. */
export async function readForm(body: unknown): Promise<URLSearchParams> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_BYTES) throw common.refuse("bodyTooLarge");
    chunks.push(chunk);
  }
  return new URLSearchParams(Buffer.concat(chunks).toString("utf8"));
}
