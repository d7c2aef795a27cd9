import type { MessageSender } from "./sender.ts";

/** A block as it is shown: texts are filled in, and nothing in them is markup. */
export type Content =
  | { type: "heading" | "text" | "note"; text: string }
  | { type: "button"; label: string; url: string }
  | { type: "rows"; rows: readonly { left: string; right: string }[]; strong: boolean }
  | { type: "divider" };

export interface LaidOut {
  language: string;
  subject: string;
  parts: readonly Content[];
  senderName: string;
  /** Only in follow-ups. */
  declineUrl: string | null;
  sender: MessageSender;
}

/** The few words that a layout says itself. Other languages say it in English. */
const DECLINE: Readonly<Record<string, string>> = {
  en: "No more messages like this one",
  de: "Keine Nachrichten dieser Art mehr",
};

const FONT = "font-family:-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif";
const PALE = "color:#5b6570";

/**
 * One column of tables with inline styles, written by hand because mail programs understand little else: 600 px at most,
 * readable at phone width without a media query, colors that survive a dark mode. Pictures are never needed.
 */
export function standardHtml({ language, subject, parts, senderName, declineUrl, sender }: LaidOut): string {
  const head = sender.logoUrl
    ? `<img src="${escaped(sender.logoUrl)}" alt="${escaped(senderName)}" height="40" style="display:block;height:40px;border:0">`
    : `<span style="font-size:18px;font-weight:600">${escaped(senderName)}</span>`;
  const foot = [
    sender.imprint === null ? "" : withBreaks(sender.imprint),
    declineUrl === null
      ? ""
      : `<a href="${escaped(declineUrl)}" style="${PALE}">${escaped(declineWords(language))}</a>`,
  ].filter((line) => line !== "");
  return `<!doctype html>
<html lang="${escaped(language)}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escaped(subject)}</title>
</head>
<body style="margin:0;padding:0;background:#f2f4f6">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="background:#f2f4f6"><tr><td align="center" style="padding:24px 12px">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="max-width:600px;background:#ffffff;border-radius:8px;${FONT};font-size:16px;line-height:24px;color:#1c2329;text-align:left">
<tr><td style="padding:24px 24px 8px">${head}</td></tr>
${parts.map((part) => htmlOf(part, sender.accentColor)).join("\n")}
<tr><td style="padding:16px 24px 24px;font-size:13px;line-height:20px;${PALE}">${foot.join("<br>")}</td></tr>
</table>
</td></tr></table>
</body>
</html>
`;
}

function htmlOf(part: Content, accentColor: string): string {
  switch (part.type) {
    case "heading":
      return `<tr><td style="padding:12px 24px 4px"><h1 style="margin:0;font-size:22px;line-height:30px">${escaped(part.text)}</h1></td></tr>`;
    case "text":
    case "note": {
      const style = part.type === "note" ? `;font-size:14px;line-height:21px;${PALE}` : "";
      const paragraphs = part.text.split(/\n\s*\n/).map((text) => `<p style="margin:0 0 10px">${withBreaks(text)}</p>`);
      return `<tr><td style="padding:6px 24px${style}">${paragraphs.join("")}</td></tr>`;
    }
    case "button":
      return `<tr><td style="padding:10px 24px"><a href="${escaped(part.url)}" style="display:inline-block;padding:11px 20px;border-radius:6px;background:${accentColor};color:${readableOn(accentColor)};text-decoration:none;font-weight:600">${escaped(part.label)}</a></td></tr>`;
    case "rows": {
      const weight = part.strong ? ";font-weight:600" : "";
      const rows = part.rows.map(
        ({ left, right }) =>
          `<tr><td style="padding:4px 12px 4px 0;vertical-align:top${weight}">${escaped(left)}</td><td align="right" style="padding:4px 0;vertical-align:top;white-space:nowrap${weight}">${escaped(right)}</td></tr>`,
      );
      return `<tr><td style="padding:2px 24px"><table role="presentation" width="100%" cellpadding="0" cellspacing="0">${rows.join("")}</table></td></tr>`;
    }
    case "divider":
      return `<tr><td style="padding:8px 24px"><div style="border-top:1px solid #d9dee3;font-size:0;line-height:0">&nbsp;</div></td></tr>`;
  }
}

/** Black or white, whichever stands out more (relative luminance of WCAG). */
function readableOn(color: string): string {
  const [red, green, blue] = [1, 3, 5].map((start) => {
    const share = Number.parseInt(color.slice(start, start + 2), 16) / 255;
    return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.179 ? "#000000" : "#ffffff";
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

export function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character]!);
}

function withBreaks(text: string): string {
  return escaped(text.trim()).replaceAll("\n", "<br>");
}

const LINE = 48;

/** The same for who reads plain text. */
export function standardText({ language, parts, senderName, declineUrl, sender }: LaidOut): string {
  const shown = parts.map((part, index) => {
    const text = textOf(part);
    // Rows stand together, whichever block they come from.
    return part.type === "rows" && parts[index + 1]?.type === "rows" ? text : `${text}\n`;
  });
  const foot = [
    senderName,
    ...(sender.imprint === null ? [] : [sender.imprint]),
    ...(declineUrl === null ? [] : [`${declineWords(language)}: ${declineUrl}`]),
  ];
  return `${shown.join("\n")}\n-- \n${foot.join("\n")}\n`;
}

function textOf(part: Content): string {
  switch (part.type) {
    case "heading":
    case "text":
    case "note":
      return part.text;
    case "button":
      return `${part.label}:\n${part.url}`;
    case "rows":
      return part.rows
        .map(({ left, right }) =>
          right === "" ? left : `${left}${" ".repeat(Math.max(2, LINE - left.length - right.length))}${right}`,
        )
        .join("\n");
    case "divider":
      return "-".repeat(LINE);
  }
}

function declineWords(language: string): string {
  return DECLINE[language.slice(0, 2)] ?? DECLINE["en"]!;
}
