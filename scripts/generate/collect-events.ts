import { globSync } from "node:fs";
import { join } from "node:path";
import {
  type DeclaredEvents,
  describeEvents,
  type EventDeclarations,
} from "../../server/src/platform/events/declare-events.ts";

type ModuleEvents = DeclaredEvents<EventDeclarations>;

/** Every type of event with a JSON Schema of its data, from what the modules declare in their `events.ts`. */
export async function collectEvents(root: string): Promise<string> {
  const declared: ModuleEvents[] = [];
  for (const path of globSync("server/src/{*,platform/*}/events.ts", { cwd: root }).sort()) {
    const exported = Object.values((await import(join(root, path))) as Record<string, unknown>);
    const found = exported.filter(isModuleEvents);
    if (found.length === 0) throw new Error(`${path} exports no declareEvents(…).`);
    declared.push(...found);
  }
  return `${JSON.stringify(describeEvents(declared), null, 2)}\n`;
}

function isModuleEvents(value: unknown): value is ModuleEvents {
  return typeof value === "object" && value !== null && "declarations" in value && "record" in value;
}

/** The names of all types for the console, which has no use for their schemas. */
export function listEventTypes(events: string): string {
  const described = JSON.parse(events) as { events: Record<string, { type: string }> };
  const types = [...new Set(Object.values(described.events).map(({ type }) => type))].sort();
  const lines = types.map((type) => `  ${JSON.stringify(type)},`);
  return `/** Written by npm run generate. */\nexport const eventTypes = [\n${lines.join("\n")}\n] as const;\n`;
}
