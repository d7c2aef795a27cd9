/** The server's modules in their one total order: a module may import only what stands after it. */
const MODULES = [
  "main",
  "integrations",
  "reporting",
  "planning",
  "returns",
  "fulfillment",
  "purchasing",
  "orders",
  "promising",
  "sourcing",
  "availability",
  "inventory",
  "payments",
  "carriers",
  "customers",
  "tasks",
  "messages",
  "catalog",
  "network",
  "workflow",
  "access",
  "platform",
];

const RANK = new Map(MODULES.map((name, rank) => [name, rank]));

export interface ModuleFile {
  module: string;
  /** Path inside the module, such as `public.ts` or `steps/gift-wrap.ts`. */
  tail: string;
}

/** The server module a path belongs to; null for everything outside `server/src/<module>/`. */
export function moduleOf(path: string): ModuleFile | null {
  const match = /^server\/src\/([^/]+)\/(.+)$/.exec(path);
  return match ? { module: match[1]!, tail: match[2]! } : null;
}

export function isModule(name: string): boolean {
  return RANK.has(name);
}

/** Whether module `upper` stands above module `lower`, so that it may know it. */
export function isAbove(upper: string, lower: string): boolean {
  return RANK.get(upper)! < RANK.get(lower)!;
}

/** The console's layers from top to bottom; `ui` may know how the API fails (api/problem.ts), but not what it talks about. */
const CONSOLE_LAYERS = ["app", "screens", "ui", "api"];

export function consoleLayerOf(path: string): string | null {
  const layer = /^console\/src\/([^/]+)\//.exec(path)?.[1];
  return layer !== undefined && CONSOLE_LAYERS.includes(layer) ? layer : null;
}

export function mayConsoleImport(from: string, to: string, toPath: string): boolean {
  if (from === "ui" && isGenerated(toPath)) return false;
  return CONSOLE_LAYERS.indexOf(from) <= CONSOLE_LAYERS.indexOf(to);
}

export function isTest(path: string): boolean {
  return /\.test\.tsx?$/.test(path) || path.startsWith("server/test/") || path.startsWith("console/test/");
}

/** The code of the product that talks to the database; tools and benches put their own statements together. */
export function isServerCode(path: string): boolean {
  return (path.startsWith("server/src/") || path.startsWith("examples/")) && !isTest(path);
}

export function isGenerated(path: string): boolean {
  return path.startsWith("console/src/api/generated/");
}
