export type FilterOption = { value: string; label: string; shape?: React.ReactNode };

/** The filters of a list, as its URL carries them: everything is a string or absent. */
export type FilterValues = Readonly<Record<string, string | undefined>>;

export type Filter = {
  /** Asked for less often: offered behind "+ Filter" until it is used. */
  rare?: boolean;
} & (
  | { kind: "choice"; name: string; label: string; options: readonly FilterOption[]; several?: boolean }
  /** For more options than a list holds: what is typed is looked up. */
  | {
      kind: "lookup";
      name: string;
      label: string;
      find: (text: string, signal: AbortSignal) => Promise<readonly FilterOption[]>;
      nameOf: (value: string) => string;
    }
  | { kind: "text"; name: string; label: string; placeholder?: string }
  /** Two values, the first day and the last, as local dates: 2026-11-01. */
  | { kind: "dates"; from: string; to: string; label: string }
);

export type FilterEditing = { values: FilterValues; change: (patch: FilterValues) => void; close: () => void };
