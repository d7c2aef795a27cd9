import { expect, test } from "vitest";
import de from "./texts/de.json" with { type: "json" };
import en from "./texts/en.json" with { type: "json" };

function flat(texts: object, path = ""): [key: string, text: string][] {
  return Object.entries(texts).flatMap(([key, value]: [string, unknown]) =>
    typeof value === "object" && value !== null ? flat(value, `${path}${key}.`) : [[path + key, String(value)]],
  );
}

const placeholders = (text: string) => (text.match(/\{\{\w+(, \w+)?\}\}|<\w+>/g) ?? []).toSorted();

test("every language says everything, with the same numbers and names in it", () => {
  const german = new Map(flat(de));
  const english = flat(en);
  expect([...german.keys()].toSorted()).toEqual(english.map(([key]) => key).toSorted());
  for (const [key, text] of english)
    expect([key, placeholders(german.get(key) ?? "")]).toEqual([key, placeholders(text)]);
});

/** Keys that are put together from a word of the API, such as the name of a status. */
const composed =
  /^(app\.(nav|navGroup|live|scheme)|status|charge|audit|fault|reason\.\w+|order\.(part|why|tenders)|work\.(step|stages|ship)|stock(\.(label|states|kind))?|location\.(types|exceptionKinds)|sku|orders\.types|take\.(tenders|typeAbout)|channel\.(kinds|unavailable|unavailableAbout|changed|changedAbout)|access\.(area|permission|scope)|import\.kinds|action\.blocked|message\.(states|triggers)|connect\.(state|delivery|do|ask|effect)|mass\.(verb|effectOf|start|state)|document\.(saving|changeKinds)|template\.(media|block)|source\.(states|entities|place)|workflow\.(tryRequest|duration|triggers|units|language|fieldTypes|limit)|task\.(shown|none|noneText|entityTypes)|queue\.hoursKinds|levels\.froms|feed\.(states|lanes|fields)|sender\.fields|control\.(effects|says|about|dimension)|delivery\.(fields|values)|team\.names|exception\.kinds|tour\.story\.\w+|supply\.(states|kinds|movement)|derivation\.figure|eventType\.\w+|systemActor|question\.(answers|by|silence))\.\w+$/;

test("no text is left behind that nobody says any more", () => {
  const sources = import.meta.glob<string>("../**/*.{ts,tsx}", { query: "?raw", import: "default", eager: true });
  const code = Object.values(sources).join("\n");
  const unsaid = flat(en)
    .map(([key]) => key.replace(/_(one|other)$/, ""))
    .filter((key) => !composed.test(key) && !code.includes(`"${key}"`));
  expect(unsaid).toEqual([]);
});
