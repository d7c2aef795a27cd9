import type { Static, TObject } from "typebox";
import type { Transaction } from "../db/database.ts";
import { type EventRecord, recordEvents } from "./record-events.ts";

export interface EventDeclaration {
  /** Whose sequence counts it; the part of the type before the dot when absent. */
  entityType?: string;
  /** What has happened, in a sentence. */
  description: string;
  /** Raised when `data` changes in a way that old readers do not understand. */
  version: number;
  /** Closed, and without personal data. Events that store or vendor users shall see name `location` or `locations`. */
  data: TObject;
}

/** By type, `<entityType>.<pastTense>`. */
export type EventDeclarations = Readonly<Record<string, EventDeclaration>>;

/** An event of one of the declared types, with the data that its schema wants. */
export type DeclaredEvent<Declarations extends EventDeclarations> = {
  [Type in keyof Declarations & string]: Omit<EventRecord, "type" | "entityType" | "data"> & {
    type: Type;
    data: Static<Declarations[Type]["data"]>;
  };
}[keyof Declarations & string];

export interface DeclaredEvents<Declarations extends EventDeclarations> {
  readonly declarations: Declarations;
  /** Like `recordEvents`, with types and data checked by the compiler. */
  record(transaction: Transaction, events: readonly DeclaredEvent<Declarations>[]): void;
}

/** A module's events, declared once in its `events.ts`; main collects them into `server/events.json`. */
export function declareEvents<const Declarations extends EventDeclarations>(
  declarations: Declarations,
): DeclaredEvents<Declarations> {
  return {
    declarations,
    record(transaction, events) {
      const records = events.map((event): EventRecord => {
        const { type, data, ...rest } = event;
        const declaration = declarations[type]!;
        return {
          ...rest,
          type,
          entityType: declaration.entityType ?? type.slice(0, type.indexOf(".")),
          schemaVersion: declaration.version,
          data,
        };
      });
      recordEvents(transaction, records);
    },
  };
}

/** The content of `server/events.json`: every type of event with a JSON Schema of its data. */
export function describeEvents(modules: readonly { readonly declarations: EventDeclarations }[]): object {
  const events: Record<string, object> = {};
  for (const { declarations } of modules) {
    for (const [type, { description, version, data }] of Object.entries(declarations)) {
      const name = `${type}.${version}`;
      if (Object.hasOwn(events, name)) throw new Error(`Two modules declare the event ${name}.`);
      events[name] = { type, version, description, data };
    }
  }
  const sorted = Object.fromEntries(Object.entries(events).sort(([a], [b]) => (a < b ? -1 : 1)));
  return { specversion: "1.0", source: "orrery", events: sorted };
}
