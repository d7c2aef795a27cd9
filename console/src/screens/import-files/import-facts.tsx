import { useTranslation } from "react-i18next";
import type { Import } from "../../api/generated/types.gen.ts";

export const kinds = ["stock", "skus", "locations", "networks", "channels"] as const;
export type Kind = (typeof kinds)[number];

export function isKind(text: string | null | undefined): text is Kind {
  return kinds.some((kind) => kind === text);
}

export function KindText({ kind }: { kind: string }) {
  const { t } = useTranslation();
  return isKind(kind) ? t(`import.kinds.${kind}`) : kind;
}

export function isRunning({ state }: Pick<Import, "state">): boolean {
  return state === "uploading" || state === "queued" || state === "running";
}

/** From 0 to 1; undefined while the number of rows is not known yet. */
export function progressOf({ state, rowsDone, rowsTotal }: Import): number | undefined {
  return state === "running" && rowsTotal > 0 ? rowsDone / rowsTotal : undefined;
}

/** Rows that took effect. (The API's `rowsDone` counts those that had none as well: it is the progress.) */
export function rowsApplied({ rowsDone, rowsFailed }: Pick<Import, "rowsDone" | "rowsFailed">): number {
  return rowsDone - rowsFailed;
}
