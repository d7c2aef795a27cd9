import type { NetworkDirectory } from "../../network/public.ts";
import type { Clock } from "../../platform/clock.ts";
import type { DocumentKind } from "../../platform/documents/document-kind.ts";
import { checkControls } from "./check-controls.ts";
import { compareControls } from "./compare-controls.ts";
import { AvailabilityControls } from "./control.ts";

export const CONTROLS_KIND = "availability-controls";
/** There is one document, so that no rule can tie with one that the author does not see. */
export const CONTROLS_CODE = "availability";

export interface ControlDocumentOptions {
  network: NetworkDirectory;
  clock: Clock;
}

/** Availability rules as a document that business users edit and publish (I4–I7). */
export function controlDocuments({ network, clock }: ControlDocumentOptions): DocumentKind {
  return {
    kind: CONTROLS_KIND,
    title: "Availability rules",
    description:
      "What is kept back from whom: exclusions, safety stock, buffers and minimums by channel, SKU and location.",
    schema: AvailabilityControls,
    titleOf: (content) => {
      const name = (content as Partial<AvailabilityControls> | null)?.title;
      return typeof name === "string" && name !== "" ? name.slice(0, 200) : null;
    },
    check: (content, code) => {
      if (code === CONTROLS_CODE) return checkControls(network, content, clock.now());
      const message = `all availability rules are in one document, with the code ${CONTROLS_CODE}`;
      return { faults: [{ pointer: "", message }], warnings: [] };
    },
    compare: (before, after) => compareControls(before as AvailabilityControls, after as AvailabilityControls),
    shipped: [{ code: CONTROLS_CODE, shippedVersion: 1, content: { title: "Availability rules", rules: [] } }],
  };
}
