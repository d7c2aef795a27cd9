import { expect, test } from "vitest";
import loaded from "./component-styles.ts?raw";

test("every component that a screen uses has its styles loaded", () => {
  const sources = import.meta.glob<string>("../**/*.tsx", { query: "?raw", import: "default", eager: true });
  const exist = Object.keys(import.meta.glob("/node_modules/@mantine/core/styles/*.layer.css", { query: "?url" }));
  const styled = new Set(exist.map((path) => path.split("/").pop()?.replace(".layer.css", "")));
  const used = Object.values(sources)
    .flatMap((code) => [...code.matchAll(/import \{([^}]+)\} from "@mantine\/core"/g)])
    .flatMap(([, names = ""]) => names.split(","))
    .map((name) => name.replace("type ", "").trim());
  expect(styled.size).toBeGreaterThan(50);
  expect(used.filter((name) => styled.has(name) && !loaded.includes(`/${name}.layer.css`))).toEqual([]);
});
