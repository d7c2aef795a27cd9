import type { TestProject } from "vitest/node";
import { serveDatabases } from "./serve-databases.ts";

/** Ordinary tests lose nothing that matters when the machine loses power: nothing waits for the disk. */
const setup = (project: TestProject): Promise<() => Promise<void>> =>
  serveDatabases(project, { fsync: "off", synchronous_commit: "off", full_page_writes: "off" });

export default setup;
