import type { FastifyDynamicSwaggerOptions } from "@fastify/swagger";
import type { FastifySchema } from "fastify";

type Json = Record<string, unknown>;

/**
 * Options of @fastify/swagger with which every schema that has an `$id` is written once in the OpenAPI document, under
 * its name, and referred to everywhere else. The plugin alone writes it out at each use, which doubles the document and
 * leaves generated clients without names for what the API speaks of.
 */
export function nameModels(): Pick<FastifyDynamicSwaggerOptions, "transform" | "transformObject"> {
  const models = new NamedModels();
  return {
    transform: ({ schema, url, route }) => {
      const { headers } = (route.config ?? {}) as { headers?: Json };
      return { schema: { ...models.refer(schema), ...(headers === undefined ? {} : { headers }) }, url };
    },
    transformObject: (document) => {
      if (!("openapiObject" in document)) throw new Error("The document is not OpenAPI 3.");
      const components = document.openapiObject.components ?? {};
      return Object.assign(document.openapiObject, {
        components: { ...components, schemas: { ...components.schemas, ...models.schemas } },
      });
    },
  };
}

class NamedModels {
  readonly #models = new Map<string, Json>();

  /** The schema of a route, with references in place of the models. */
  refer(schema: FastifySchema): FastifySchema {
    const responses = Object.entries((schema.response ?? {}) as Json);
    const [mediaType] = schema.consumes ?? [];
    return {
      ...schema,
      ...(schema.body === undefined && mediaType !== undefined ? { body: fileOf(mediaType) } : {}),
      ...(schema.body === undefined ? {} : { body: this.#asContent(schema.body) }),
      response: Object.fromEntries(responses.map(([status, answer]) => [status, this.#asContent(answer)])),
    };
  }

  /** All models by name; `refer` must have seen all routes before. */
  get schemas(): Json {
    return Object.fromEntries([...this.#models].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  /** The plugin takes a bare reference for a schema of its own, so a whole body or answer becomes a media type's. */
  #asContent(schema: unknown): unknown {
    const referring = this.#replace(schema) as Json;
    if (referring["$ref"] === undefined) return referring;
    const { description } = schema as Json;
    return { description, content: { "application/json": { schema: referring } } };
  }

  #replace(value: unknown): unknown {
    if (Array.isArray(value)) return value.map((item) => this.#replace(item));
    if (typeof value !== "object" || value === null) return value;
    const { $id, ...rest } = value as Json;
    const copy = Object.fromEntries(Object.entries(rest).map(([name, part]) => [name, this.#replace(part)]));
    if (typeof $id !== "string") return copy;
    this.#add($id, copy);
    return { $ref: `#/components/schemas/${$id}` };
  }

  /** The same model may be described in other words where it is used; the first description stands. */
  #add(name: string, model: Json): void {
    const known = (this.#models.get(name) ?? model) as Json;
    if (shapeOf(known) !== shapeOf(model)) throw new Error(`Two different models are named ${name}.`);
    this.#models.set(name, known);
  }
}

function shapeOf({ description: _, ...shape }: Json): string {
  return JSON.stringify(shape);
}

/** The body of a route that reads it as a stream, without a schema of its own. */
function fileOf(mediaType: string): Json {
  return {
    description: "The file.",
    content: { [mediaType]: { schema: { type: "string", description: "The file." } } },
  };
}
