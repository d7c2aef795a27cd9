import { createHash } from "node:crypto";
import type { EntityType } from "./compiled.ts";

/**
 * Names what definitions may say to this release: its steps, guards and labels. Processes with the same name run the same
 * workflows; beside one with another name, each looks after what it understands.
 */
export function vocabularyOf(entityTypes: readonly EntityType[]): string {
  const words = entityTypes.map(({ name, labels, guards, steps }) => [
    name,
    [...labels].sort(),
    Object.keys(guards).sort(),
    Object.keys(steps).sort(),
  ]);
  return createHash("sha256").update(JSON.stringify(words)).digest("hex").slice(0, 12);
}
