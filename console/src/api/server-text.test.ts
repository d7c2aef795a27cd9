import { afterEach, expect, test } from "vitest";
import german from "../app/texts/server.de.json" with { type: "json" };
import { serverText, shippedText, speakServerTexts } from "./server-text.ts";

afterEach(() => speakServerTexts({}));

test("the server's sentences are said in the reader's language, with what stands in them; what is not known is shown as it came", () => {
  expect(serverText("This task is done or withdrawn.")).toBe("This task is done or withdrawn.");
  speakServerTexts(german);
  expect(serverText("This task is done or withdrawn.")).toBe("Diese Aufgabe ist erledigt oder nicht mehr nötig.");
  expect(serverText("There is no order 100042.")).toBe("Es gibt keinen Auftrag 100042.");
  expect(serverText("In the state open.picking there is no ship; possible now: pack, reject.")).toBe(
    "Im Zustand open.picking gibt es kein ship; jetzt möglich: pack, reject.",
  );
  expect(serverText("Orrery must not send anything to this address: it needs https.")).toBe(
    "Orrery darf nichts an diese Adresse senden: es braucht https.",
  );
  // What a release brought is known as a whole; a title that people gave is theirs, also when it reads like a sentence.
  expect(shippedText("There is no order 100042.")).toBe("There is no order 100042.");
  expect(serverText("Dear colleague, the parcel is broken")).toBe("Dear colleague, the parcel is broken");
});

test("no sentence is taken for another that says less", () => {
  speakServerTexts(german);
  const wrong = Object.entries(german).filter(([template, said]) => {
    const fill = (text: string) => text.replace(/\{(\d)\}/g, "X$1");
    return serverText(fill(template)) !== fill(said);
  });
  expect(wrong).toEqual([]);
});

test("a sentence that was said is said the same again, until another language is spoken", () => {
  speakServerTexts({ "There is no order {0}.": "Es gibt keinen Auftrag {0}." });
  for (let number = 0; number < 5_000; number++)
    expect(serverText(`There is no order ${number}.`)).toBe(`Es gibt keinen Auftrag ${number}.`);
  expect(serverText("There is no order 1.")).toBe("Es gibt keinen Auftrag 1.");
  speakServerTexts({});
  expect(serverText("There is no order 4999.")).toBe("There is no order 4999.");
});
