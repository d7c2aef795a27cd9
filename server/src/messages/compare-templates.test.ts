import { expect, test } from "vitest";
import { compareTemplates } from "./compare-templates.ts";
import type { Block, MessageTemplate } from "./template.ts";

const heading: Block = { type: "heading", text: "Unterwegs" };
const text: Block = { type: "text", text: "Guten Tag" };
const divider: Block = { type: "divider" };
const button: Block = { type: "button", label: "Verfolgen", url: "{{ shipment.trackingUrl }}" };

function template(blocks: Block[], subject = "Ihre Bestellung"): MessageTemplate {
  return {
    title: "Versandt",
    trigger: "shipped",
    medium: "email",
    language: "de",
    brand: null,
    channel: null,
    subject,
    blocks,
  };
}

const sentences = (before: MessageTemplate, after: MessageTemplate) =>
  compareTemplates(before, after).map(({ sentence, pointer }) => `${pointer} ${sentence}`);

test("a block that was moved into, changed or taken away is told as that block, not as all that follow", () => {
  const before = template([heading, text, divider]);
  expect(sentences(before, template([heading, text, button, divider]))).toEqual([
    "/blocks/2 Block 3 (button) is new: “Verfolgen · {{ shipment.trackingUrl }}”.",
  ]);
  expect(sentences(before, template([heading, { ...text, text: "Hallo" }, divider]))).toEqual([
    "/blocks/1/text The text of block 2 (text) is now “Hallo” instead of “Guten Tag”.",
  ]);
  expect(sentences(before, template([text, divider]))).toEqual(["/blocks/0 Block 1 (heading) is gone: “Unterwegs”."]);
});

test("fields are told by their names for people, and equal templates have no differences", () => {
  expect(sentences(template([text]), template([text]))).toEqual([]);
  expect(sentences(template([text]), { ...template([text], "Versandt"), brand: "Orrery" })).toEqual([
    "/brand The brand is new: “Orrery”.",
    "/subject The subject is now “Versandt” instead of “Ihre Bestellung”.",
  ]);
});
