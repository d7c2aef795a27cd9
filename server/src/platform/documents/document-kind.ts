import type { TSchema } from "typebox";
import type { Transaction } from "../db/database.ts";
import type { Fault } from "../refusals.ts";

/**
 * One kind of thing that business users edit: workflows, selection rules, message templates, calendars. A module
 * declares it, `main/` registers it; drafts, versions, publication, history and the API are the same for all kinds.
 */
export interface DocumentKind {
  /** In addresses and for programs: `message-template`. */
  kind: string;
  /** For people: `Message template`. */
  title: string;
  description: string;
  /** Of the content, for editors. What it cannot say is said by `check`. */
  schema: TSchema;
  /** The name that lists show. Gets content of any shape: drafts may be faulty. */
  titleOf: (content: unknown) => string | null;
  /** What lists tell of it besides: a name for each, and where the content has it, as its fields joined by dots. */
  facts?: Readonly<Record<string, string>>;
  /** Everything that keeps it from being published, and what is allowed but probably not meant. */
  check: (content: unknown, code: string) => DocumentCheck;
  /** What a reader should know of the differences. Both have been published or checked once; else plain fields are compared. */
  compare?: (before: unknown, after: unknown) => DocumentChange[];
  /** What a publisher may say besides: closed, all optional. Absent: nothing. */
  publishOptions?: TSchema;
  /** In the transaction that publishes, under the lock of all publications; may refuse. */
  publish?: (transaction: Transaction, publication: Publication) => Promise<void>;
  /** In the transaction that withdraws it without a successor; may refuse. */
  retire?: (transaction: Transaction, code: string) => Promise<void>;
  /** What comes with this release. */
  shipped: readonly ShippedDocument[];
}

export interface ShippedDocument {
  code: string;
  /** Raised whenever the content changes; an older release then never puts its older content back. */
  shippedVersion: number;
  content: unknown;
}

export interface DocumentCheck {
  faults: readonly Fault[];
  warnings: readonly Fault[];
}

/** One difference, as a sentence for people and in parts for programs. */
export interface DocumentChange {
  change: "added" | "removed" | "changed";
  /** What kind of part it is: `state`, `guard`, `field`. */
  part: string;
  /** Where, in the later version, or in the earlier one for what was removed. */
  pointer: string;
  sentence: string;
  before: unknown;
  after: unknown;
}

export interface Publication {
  code: string;
  version: number;
  content: unknown;
  origin: "shipped" | "own";
  /** The content in force until now; null: none. */
  replaces: unknown;
  /** As `publishOptions` declares them; empty for what a release brings. */
  options: Readonly<Record<string, unknown>>;
}
