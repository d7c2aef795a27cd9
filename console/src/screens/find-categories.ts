import { listCategories } from "../api/generated/sdk.gen.ts";
import type { FilterOption } from "../ui/filters.ts";

const shownAtOnce = 40;

/** For a filter: category paths that contain what was typed. The tree is small enough to be read as a whole. */
export async function findCategories(text: string, signal: AbortSignal): Promise<FilterOption[]> {
  const { data } = await listCategories({ signal });
  const sought = text.toLowerCase();
  return data.data
    .filter(({ path }) => path !== "" && path.toLowerCase().includes(sought))
    .slice(0, shownAtOnce)
    .map(({ path }) => ({ value: path, label: path }));
}
