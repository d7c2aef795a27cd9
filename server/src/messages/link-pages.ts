import type { Formats } from "./formats.ts";
import type { Answer, AskedQuestion } from "./questions.ts";
import { PROBLEMS, type Problem } from "./reports.ts";
import { escaped } from "./standard-layout.ts";

export type LinkPage = "report" | "reported" | "decline" | "declined" | "expired" | "unknown";

interface Words {
  language: string;
  pages: Readonly<Record<LinkPage, { title: string; text: string }>>;
  problems: Readonly<Record<Problem, string>>;
  decline: string;
  question: {
    title: string;
    /** Until when, and what silence means. */
    text: Readonly<Record<Answer, (until: string) => string>>;
    answers: Readonly<Record<Answer, string>>;
    /** What the customer has answered. */
    answered: Readonly<Record<Answer, { title: string; text: string }>>;
    /** What we were told by telephone, or went by. */
    settled: Readonly<Record<Answer, { title: string; text: string }>>;
    overtaken: { title: string; text: string };
  };
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
  question: {
    title: "Your order comes later than promised. What would you like?",
    text: {
      wait: (until) => `Please answer until ${until}. If we hear nothing from you, we keep what you ordered for you.`,
      change: (until) => `Please answer until ${until}. If we hear nothing from you, we get in touch.`,
      cancel: (until) => `Please answer until ${until}. If we hear nothing from you, we cancel what has not come yet.`,
    },
    answers: {
      wait: "I will wait",
      change: "I would like something else",
      cancel: "Cancel what has not come yet",
    },
    answered: {
      wait: { title: "Thank you for waiting.", text: "We send it as soon as it is here." },
      change: { title: "Thank you, we know.", text: "We get in touch with you within a working day." },
      cancel: {
        title: "It is cancelled.",
        text: "What has not come yet is cancelled, and we have sent you a message.",
      },
    },
    settled: {
      wait: { title: "We keep it for you.", text: "We send it as soon as it is here." },
      change: { title: "We are looking into it.", text: "We get in touch with you within a working day." },
      cancel: { title: "It is cancelled.", text: "What had not come by then is cancelled." },
    },
    overtaken: {
      title: "There is nothing to answer any more.",
      text: "Your order has gone on meanwhile; we tell you when it leaves.",
    },
  },
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
  question: {
    title: "Ihre Bestellung kommt später als zugesagt. Was möchten Sie?",
    text: {
      wait: (until) =>
        `Bitte antworten Sie bis ${until}. Wenn wir nichts von Ihnen hören, halten wir an Ihrer Bestellung fest.`,
      change: (until) => `Bitte antworten Sie bis ${until}. Wenn wir nichts von Ihnen hören, melden wir uns.`,
      cancel: (until) =>
        `Bitte antworten Sie bis ${until}. Wenn wir nichts von Ihnen hören, stornieren wir, was noch nicht da ist.`,
    },
    answers: {
      wait: "Ich warte",
      change: "Ich möchte etwas anderes",
      cancel: "Stornieren, was noch nicht da ist",
    },
    answered: {
      wait: { title: "Danke, dass Sie warten.", text: "Wir versenden die Ware, sobald sie da ist." },
      change: { title: "Danke, wir wissen Bescheid.", text: "Wir melden uns innerhalb eines Werktags bei Ihnen." },
      cancel: {
        title: "Es ist storniert.",
        text: "Was noch nicht da ist, ist storniert; eine Nachricht dazu ist unterwegs.",
      },
    },
    settled: {
      wait: { title: "Wir halten daran fest.", text: "Wir versenden die Ware, sobald sie da ist." },
      change: { title: "Wir kümmern uns darum.", text: "Wir melden uns innerhalb eines Werktags bei Ihnen." },
      cancel: { title: "Es ist storniert.", text: "Was bis dahin nicht da war, ist storniert." },
    },
    overtaken: {
      title: "Hier ist nichts mehr zu beantworten.",
      text: "Ihre Bestellung ist inzwischen weitergegangen; wir melden uns, wenn sie unterwegs ist.",
    },
  },
};

export function wordsFor(language: string): Words {
  return language.startsWith("de") ? GERMAN : ENGLISH;
}

export function pageHtml({ language, pages, problems, decline }: Words, page: LinkPage, senderName: string): string {
  const buttons =
    page === "report"
      ? PROBLEMS.map((problem) => button("problem", problem, problems[problem]))
      : page === "decline"
        ? [button("problem", "", decline)]
        : [];
  return layOut(language, { ...pages[page], senderName, buttons });
}

/** The question with its answers, the chosen one first; or what became of it. */
export function questionHtml(
  { language, question: words }: Words,
  { answers, answerBy, silence, end }: AskedQuestion,
  { senderName, formats, first }: { senderName: string; formats: Formats; first: Answer | undefined },
): string {
  if (end !== null) {
    const { answer, by } = end;
    const said = answer === null ? words.overtaken : words[by === "customer" ? "answered" : "settled"][answer];
    return layOut(language, { ...said, senderName, buttons: [] });
  }
  const chosen = answers.toSorted((one, other) => Number(other === first) - Number(one === first));
  return layOut(language, {
    title: words.title,
    text: words.text[silence](formats.dayAndTime(answerBy)),
    senderName,
    buttons: chosen.map((answer) => button("answer", answer, words.answers[answer])),
  });
}

function button(name: string, value: string, label: string): string {
  return `<button name="${name}" value="${value}">${escaped(label)}</button>`;
}

/** Small enough for a phone on a bad line: no script, no picture, nothing from elsewhere. */
function layOut(
  language: string,
  { title, text, senderName, buttons }: { title: string; text: string; senderName: string; buttons: readonly string[] },
): string {
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
