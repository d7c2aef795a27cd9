import { PROBLEMS, type Problem } from "./reports.ts";
import { escaped } from "./standard-layout.ts";

export type LinkPage = "report" | "reported" | "decline" | "declined" | "expired" | "unknown";

interface Words {
  language: string;
  pages: Readonly<Record<LinkPage, { title: string; text: string }>>;
  problems: Readonly<Record<Problem, string>>;
  decline: string;
}

const ENGLISH: Words = {
  language: "en",
  pages: {
    report: { title: "What is wrong?", text: "Choose what fits best. We write to you within a working day." },
    reported: { title: "Thank you, we know.", text: "We are looking into it and write to you within a working day." },
    decline: {
      title: "No more messages of this kind?",
      text: "You will still be told about orders that are under way.",
    },
    declined: { title: "Done.", text: "You get no more messages of this kind." },
    expired: { title: "This link is too old.", text: "Please answer to the email that it came with." },
    unknown: { title: "There is nothing here.", text: "Please open the link as it stands in the email." },
  },
  problems: {
    missing: "Something is missing",
    damaged: "Something is damaged",
    wrongItem: "It is not what I ordered",
    other: "Something else is wrong",
  },
  decline: "No more messages",
};

const GERMAN: Words = {
  language: "de",
  pages: {
    report: {
      title: "Was stimmt nicht?",
      text: "Wählen Sie, was am besten passt. Wir schreiben Ihnen innerhalb eines Werktags.",
    },
    reported: {
      title: "Danke, wir wissen Bescheid.",
      text: "Wir kümmern uns darum und schreiben Ihnen innerhalb eines Werktags.",
    },
    decline: {
      title: "Keine Nachrichten dieser Art mehr?",
      text: "Über laufende Bestellungen hören Sie weiterhin von uns.",
    },
    declined: { title: "Erledigt.", text: "Sie bekommen keine Nachrichten dieser Art mehr." },
    expired: { title: "Dieser Link ist zu alt.", text: "Bitte antworten Sie auf die E-Mail, mit der er kam." },
    unknown: { title: "Hier ist nichts.", text: "Bitte öffnen Sie den Link so, wie er in der E-Mail steht." },
  },
  problems: {
    missing: "Etwas fehlt",
    damaged: "Etwas ist beschädigt",
    wrongItem: "Es ist nicht, was ich bestellt habe",
    other: "Etwas anderes stimmt nicht",
  },
  decline: "Keine Nachrichten mehr",
};

export function wordsFor(language: string): Words {
  return language.startsWith("de") ? GERMAN : ENGLISH;
}

/** Small enough for a phone on a bad line: no script, no picture, nothing from elsewhere. */
export function pageHtml({ language, pages, problems, decline }: Words, page: LinkPage, senderName: string): string {
  const { title, text } = pages[page];
  const button = (label: string, value: string): string =>
    `<button name="problem" value="${value}">${escaped(label)}</button>`;
  const buttons =
    page === "report"
      ? PROBLEMS.map((problem) => button(problems[problem], problem))
      : page === "decline"
        ? [button(decline, "")]
        : [];
  const form = buttons.length === 0 ? "" : `<form method="post">${buttons.join("\n")}</form>`;
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="robots" content="noindex">
<meta name="color-scheme" content="light dark">
<title>${escaped(title)}</title>
<style>
body{font:16px/1.5 system-ui,sans-serif;margin:0;padding:32px 20px;background:Canvas;color:CanvasText}
main{max-width:420px;margin:auto}
h1{font-size:22px;line-height:1.3}
button{display:block;width:100%;margin:12px 0;padding:14px 16px;font:inherit;text-align:left;border:1px solid GrayText;border-radius:8px;background:Canvas;color:CanvasText;cursor:pointer}
button:hover,button:focus-visible{outline:2px solid Highlight;outline-offset:1px}
</style>
</head>
<body><main>
<p>${escaped(senderName)}</p>
<h1>${escaped(title)}</h1>
<p>${escaped(text)}</p>
${form}
</main></body>
</html>
`;
}
