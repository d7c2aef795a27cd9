import type { TestProject } from "vitest/node";
import { serveDatabases } from "./serve-databases.ts";

/** For tests that kill the database or measure it: the settings of production. */
const setup = (project: TestProject): Promise<() => Promise<void>> => serveDatabases(project, {});

export default setup;
