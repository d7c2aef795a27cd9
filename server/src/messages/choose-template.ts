/** Whose language, brand and channel a message is to have. */
export interface Wanted {
  /** Most wanted first. */
  languages: readonly string[];
  brand: string;
  channel: string;
}

interface Meant {
  brand: string | null;
  channel: string | null;
}

/**
 * The language comes first: customers read what they understand, in the common version if there is none of the brand's
 * own. `de-AT` is served by `de`, and by any other `de-…` after it. Where none of the languages is there, any will do.
 */
export function chooseTemplate<Template extends Meant & { language: string }>(
  templates: readonly Template[],
  { languages, brand, channel }: Wanted,
): Template | undefined {
  const meant = templates.filter((template) => isMeant(template, { brand, channel }));
  const closest = new Map(meant.map((template) => [template, distance(template.language, languages)]));
  return meant.sort(
    (one, other) =>
      closest.get(one)! - closest.get(other)! ||
      narrowness(other) - narrowness(one) ||
      (one.language < other.language ? -1 : 1),
  )[0];
}

/** The one that is meant most narrowly: for the channel before the brand before all. */
export function chooseSender<Sender extends Meant>(
  senders: readonly Sender[],
  wanted: Pick<Wanted, "brand" | "channel">,
): Sender | undefined {
  return senders
    .filter((sender) => isMeant(sender, wanted))
    .sort((one, other) => narrowness(other) - narrowness(one))[0];
}

function isMeant(meant: Meant, { brand, channel }: Pick<Wanted, "brand" | "channel">): boolean {
  return (meant.brand === null || meant.brand === brand) && (meant.channel === null || meant.channel === channel);
}

function narrowness({ brand, channel }: Meant): number {
  return (channel === null ? 0 : 2) + (brand === null ? 0 : 1);
}

function distance(language: string, languages: readonly string[]): number {
  const base = language.slice(0, language.search(/-|$/));
  for (const [rank, wanted] of languages.entries()) {
    const wantedBase = wanted.slice(0, wanted.search(/-|$/));
    if (language === wanted) return rank * 3;
    if (language === wantedBase) return rank * 3 + 1;
    if (base === wantedBase) return rank * 3 + 2;
  }
  return languages.length * 3;
}
