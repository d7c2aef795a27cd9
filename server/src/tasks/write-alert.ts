import type { WriteStaffLetter } from "../messages/public.ts";
import type { Transaction } from "../platform/db/database.ts";
import { arrayLiteral, statement } from "../platform/db/statements.ts";
import { type LocalText, plainText } from "../platform/local-text.ts";
import { nameOfException } from "./exception-names.ts";
import { has } from "./staff.sql.ts";
import { TITLE } from "./view-tasks.ts";

/** Lists in the console show the rest. */
const MAX_ROWS = 20;

interface Reader {
  email: string;
  language: string | null;
  teams: string[];
}

const READS_TASKS = has("u", "tasks:read");

const readReader = statement<Reader>(
  "tasks.readReaderOfAlert",
  `select email, language, teams from access.users u
   where id = $1::uuid and disabled_at is null and alert_mails and ${READS_TASKS}`,
);

interface Waiting {
  sort: "task" | "exception";
  id: string;
  /** Of a task its text, of an exception its kind. */
  title: LocalText;
  team: string;
  location: string | null;
  dueAt: Date;
}

const readWaiting = statement<Waiting>(
  "tasks.readWhatAlertTellsOf",
  `with reader as (select location_codes as codes from access.users where id = $3::uuid), waiting as (
     select 'task' as sort, t.id, ${TITLE} as title, t.team, t.location, t.due_at from tasks.tasks t
      where t.id = any($1::uuid[]) and t.closed_at is null
     union all
     select 'exception', x.id, to_jsonb(x.kind), x.owner_team, x.details ->> 'location', x.due_at from tasks.exceptions x
      where x.id = any($2::uuid[]) and x.closed_at is null
   )
   select sort, id, title, team, location, due_at as "dueAt" from waiting, reader
    where reader.codes is null or location = any(reader.codes) order by due_at, id`,
);

/** What members of a team are told of what nobody has dealt with in time. What is dealt with by then is left out. */
export const writeAlert: WriteStaffLetter = async (source, { userId, facts }, frame) => {
  const [reader] = await source.read(readReader, [userId]);
  const waiting = reader === undefined ? [] : await readOpen(source, userId, facts);
  if (reader === undefined || waiting.length === 0) return null;
  const tag = reader.language ?? frame.language;
  const language = tag.split("-")[0] === "de" ? "de" : "en";
  const words = WORDS[language];
  const count = (sort: Waiting["sort"]): number => waiting.filter((one) => one.sort === sort).length;
  const [tasks, exceptions] = [count("task"), count("exception")];
  const amount = [
    ...(tasks > 0 ? [words.tasks(tasks)] : []),
    ...(exceptions > 0 ? [words.exceptions(exceptions)] : []),
  ].join(words.and);
  const teams = [...new Set(waiting.map(({ team }) => team))].sort();
  const due = new Intl.DateTimeFormat(tag, { dateStyle: "medium", timeStyle: "short", timeZone: frame.timeZone });
  const page = `${frame.publicUrl}/`;
  return {
    recipient: reader.email,
    language,
    subject: `${amount}: ${teams.join(", ")}`,
    parts: [
      { type: "heading", text: words.heading },
      { type: "text", text: words.introduction(amount) },
      {
        type: "rows",
        strong: false,
        rows: waiting.slice(0, MAX_ROWS).map((one) => ({
          left: [titleOf(one, language), one.location].filter(Boolean).join(" · "),
          right: words.due(due.format(one.dueAt)),
        })),
      },
      ...(waiting.length > MAX_ROWS ? [{ type: "text" as const, text: words.more(waiting.length - MAX_ROWS) }] : []),
      ...(tasks > 0 ? [{ type: "button" as const, label: words.openTasks, url: `${page}tasks?team=own` }] : []),
      ...(exceptions > 0
        ? [{ type: "button" as const, label: words.openExceptions, url: `${page}exceptions?owner=own` }]
        : []),
      { type: "note", text: words.why(teams.some((team) => reader.teams.includes(team))) },
    ],
  };
};

async function readOpen(
  source: Pick<Transaction, "read">,
  userId: string,
  { task = [], exception = [] }: Readonly<Record<string, readonly string[]>>,
): Promise<Waiting[]> {
  return await source.read(readWaiting, [arrayLiteral("uuid", task), arrayLiteral("uuid", exception), userId]);
}

function titleOf({ sort, title }: Waiting, language: "en" | "de"): string {
  if (sort === "exception") return nameOfException(plainText(title), language);
  return typeof title === "string" ? title : (title[language] ?? plainText(title));
}

const WORDS = {
  en: {
    and: " and ",
    tasks: (count: number) => (count === 1 ? "1 task" : `${count} tasks`),
    exceptions: (count: number) => (count === 1 ? "1 exception" : `${count} exceptions`),
    heading: "Nobody has dealt with this in time",
    introduction: (amount: string) => `Your team is asked for ${amount}.`,
    due: (moment: string) => `due ${moment}`,
    more: (count: number) => `And ${count} more.`,
    openTasks: "Open the tasks",
    openExceptions: "Open the exceptions",
    why: (member: boolean) =>
      `${member ? "You get this as a member of the team." : "You get this because nobody of the team can be told by mail."} It comes every five minutes at most, and can be switched off in the console, in the menu behind your name.`,
  },
  de: {
    and: " und ",
    tasks: (count: number) => (count === 1 ? "1 Aufgabe" : `${count} Aufgaben`),
    exceptions: (count: number) => (count === 1 ? "1 Ausnahme" : `${count} Ausnahmen`),
    heading: "Darum hat sich niemand rechtzeitig gekümmert",
    introduction: (amount: string) => `Ihr Team wird gebraucht: ${amount}.`,
    due: (moment: string) => `fällig ${moment}`,
    more: (count: number) => `Und ${count} weitere.`,
    openTasks: "Aufgaben öffnen",
    openExceptions: "Ausnahmen öffnen",
    why: (member: boolean) =>
      `${member ? "Sie erhalten dies als Mitglied des Teams." : "Sie erhalten dies, weil niemand aus dem Team per E-Mail erreichbar ist."} Es kommt höchstens alle fünf Minuten und lässt sich in der Konsole abschalten, im Menü hinter Ihrem Namen.`,
  },
};
