import type { SkuEntry } from "../../catalog/public.ts";
import type { Fault } from "../../platform/refusals.ts";
import type { Control } from "./control.ts";
import { attributesOf, categoriesOf } from "./control-set.ts";

/**
 * What rules name of the catalog, crossed off by the SKUs that are seen: what is left does silently nothing, and mostly is
 * a slip of the pen.
 */
export class NamedInCatalog {
  /** Where each thing is named, by what it is. */
  readonly #unseen = new Map<string, Fault[]>();
  readonly #attributes = new Set<string>();

  constructor(rules: readonly Control[]) {
    rules.forEach(({ scope = {} }, place) => {
      const at = `/rules/${place}/scope`;
      scope.skus?.forEach((code, index) =>
        this.#faultUnlessSeen(`sku ${code}`, `${at}/skus/${index}`, "no active SKU has this code"),
      );
      scope.categories?.forEach((path, index) =>
        this.#faultUnlessSeen(
          `category ${path}`,
          `${at}/categories/${index}`,
          "no active SKU is in this category or below it",
        ),
      );
      for (const [key, values] of Object.entries(scope.attributes ?? {})) {
        this.#attributes.add(key);
        for (const value of values)
          this.#faultUnlessSeen(
            `attribute ${key}=${value}`,
            `${at}/attributes/${key}`,
            `no active SKU has the ${key} ${value}`,
          );
      }
    });
  }

  see(sku: SkuEntry): void {
    if (this.#unseen.size === 0) return;
    this.#unseen.delete(`sku ${sku.code}`);
    for (const path of categoriesOf(sku.categoryPath)) this.#unseen.delete(`category ${path}`);
    if (this.#attributes.size === 0) return;
    for (const [key, value] of Object.entries(attributesOf(sku)))
      if (this.#attributes.has(key)) this.#unseen.delete(`attribute ${key}=${String(value)}`);
  }

  unseen(most: number): Fault[] {
    return [...this.#unseen.values()].flat().slice(0, most);
  }

  #faultUnlessSeen(thing: string, pointer: string, message: string): void {
    const places = this.#unseen.get(thing);
    if (places === undefined) this.#unseen.set(thing, [{ pointer, message }]);
    else places.push({ pointer, message });
  }
}
