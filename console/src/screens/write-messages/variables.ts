import type { Variable } from "../change-documents/insert-value.tsx";

export interface Variables {
  readonly values: readonly Variable[];
  /** Lists, with what each of their rows has, named `row.…`. */
  readonly lists: readonly { readonly path: string; readonly about: string; readonly row: readonly Variable[] }[];
}

interface Schema {
  readonly type?: string;
  readonly description?: string;
  readonly examples?: readonly unknown[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
}

/** All that a trigger's context has, by its JSON Schema. */
export function readVariables(context: object): Variables {
  const values: Variable[] = [];
  const lists: { path: string; about: string; row: Variable[] }[] = [];
  const read = (given: Schema, path: string): void => {
    const schema = present(given);
    const about = given.description ?? schema.description ?? "";
    if (schema.properties) {
      for (const [name, child] of Object.entries(schema.properties))
        read(child, path === "" ? name : `${path}.${name}`);
    } else if (schema.items) {
      lists.push({ path, about, row: readVariables({ properties: { row: schema.items } }).values.slice() });
    } else {
      const [example] = schema.examples ?? given.examples ?? [];
      values.push({ path, about, example: example === undefined ? null : String(example) });
    }
  };
  read(context as Schema, "");
  return { values, lists };
}

/** Of what may be null, what it is otherwise. */
function present(schema: Schema): Schema {
  return schema.anyOf?.find(({ type }) => type !== "null") ?? schema;
}
