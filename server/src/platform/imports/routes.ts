import type { Readable } from "node:stream";
import { Type } from "typebox";
import type { Clock } from "../clock.ts";
import { requestHash } from "../http/idempotency.ts";
import { pageOf } from "../http/paging.ts";
import { route, type Principal, type Route } from "../http/route.ts";
import { common } from "../refusals.ts";
import { cancelImport } from "./cancel-import.ts";
import type { ImportKind } from "./kinds.ts";
import { MAX_FILE_BYTES, MAX_FILE_ROWS } from "./limits.ts";
import {
  ErrorListQuery,
  exportImportErrors,
  Import,
  ImportError,
  ImportListQuery,
  listImportErrors,
  type ImportReading,
  listImports,
  readImport,
} from "./list-imports.ts";
import { createUploads, type UploadFile } from "./queue-upload.ts";
import { imports } from "./refusals.ts";

export interface ImportDependencies extends ImportReading {
  clock: Clock;
  kinds: readonly ImportKind[];
}

const tag = "imports";
const ID = Type.Object({
  id: Type.String({
    format: "uuid",
    description: "The import's ID.",
    examples: ["0193461e-a1f0-7000-8a2b-5d3c7e9f0b1d"],
  }),
});

export function importRoutes(dependencies: ImportDependencies): Route[] {
  const { database, clock, kinds } = dependencies;
  const upload = createUploads({ database, clock });
  const read = { method: "GET", tag, permission: "imports:read" } as const;
  return [
    ...kinds.map((kind) => uploadRoute(dependencies, kind, upload)),
    route({
      ...read,
      path: "/v1/imports",
      operationId: "listImports",
      summary: "List imports, newest first",
      query: ImportListQuery,
      responses: { 200: pageOf(Import, { $id: "ImportPage" }) },
      handle: ({ query, principal }) => listImports(dependencies, query, principal),
    }),
    route({
      ...read,
      path: "/v1/imports/{id}",
      operationId: "getImport",
      summary: "Read an import and its progress",
      params: ID,
      responses: { 200: Import },
      handle: ({ params, principal }) => readImport(dependencies, params.id, principal),
    }),
    route({
      ...read,
      path: "/v1/imports/{id}/errors",
      operationId: "listImportErrors",
      summary: "List the rows of an import that had no effect",
      params: ID,
      query: ErrorListQuery,
      responses: { 200: pageOf(ImportError, { $id: "ImportErrorPage" }) },
      handle: async ({ params, query, principal }) => {
        await readImport(dependencies, params.id, principal);
        return await listImportErrors(database, params.id, query);
      },
    }),
    route({
      ...read,
      path: "/v1/imports/{id}/errors.csv",
      operationId: "exportImportErrors",
      summary: "Download the rows of an import that had no effect as CSV",
      params: ID,
      produces: "text/csv",
      responses: { 200: null },
      handle: async ({ params, principal }) => {
        await readImport(dependencies, params.id, principal);
        return exportImportErrors(database, params.id);
      },
    }),
    route({
      method: "POST",
      path: "/v1/imports/{id}/cancel",
      operationId: "cancelImport",
      key: "call",
      permission: "imports:write",
      tag,
      summary: "Cancel an import",
      description:
        "Rows that have taken effect stay so; `rowsDone` says how many were dealt with. Cancelling again changes nothing.",
      params: ID,
      responses: { 200: Import },
      refuses: { importEnded: imports.kinds.importEnded },
      handle: async ({ params, principal, origin, idempotencyKey }) => {
        const found = await readImport(dependencies, params.id, principal);
        const kind = kinds.find((candidate) => candidate.kind === found.kind);
        if (kind) requirePermission(principal, kind);
        const key =
          idempotencyKey === null
            ? null
            : { principal: principal.actor, key: idempotencyKey, hash: requestHash("cancelImport", params) };
        await cancelImport(database, found, { key, origin, clock });
        return await readImport(dependencies, params.id, principal);
      },
    }),
  ];
}

function uploadRoute(dependencies: ImportReading, kind: ImportKind, upload: UploadFile): Route {
  const fileName = Type.String({
    minLength: 1,
    maxLength: 255,
    description: "Name of the file, for people.",
    examples: [`${kind.kind}.csv`],
  });
  return route({
    method: "POST",
    path: `/v1/imports/${kind.kind}`,
    operationId: `import${kind.kind[0]!.toUpperCase()}${kind.kind.slice(1)}`,
    permission: "imports:write",
    tag,
    summary: `Upload a CSV file of ${kind.kind}`,
    description: describe(kind),
    query: Type.Object({ fileName: Type.Optional(fileName), ...kind.options }, { additionalProperties: false }),
    consumes: "text/csv",
    bodyLimitBytes: MAX_FILE_BYTES,
    responses: { 202: Import },
    key: "call",
    refuses: { ...imports.kinds, unsupportedMediaType: common.kinds.unsupportedMediaType },
    handle: async ({ query, principal, origin, idempotencyKey, request }) => {
      requirePermission(principal, kind);
      const { fileName: name, ...options } = query as { fileName?: string } & Record<string, unknown>;
      kind.checkOptions?.(options);
      const body = request.body as Readable | undefined;
      if (body === undefined)
        throw common.refuse("unsupportedMediaType", {
          message: "Send the file as the body, with Content-Type: text/csv.",
        });
      const { id } = await upload({
        kind,
        fileName: name ?? `${kind.kind}.csv`,
        options,
        body,
        principal,
        origin,
        idempotencyKey,
      });
      return await readImport(dependencies, id, principal);
    },
  });
}

function requirePermission(principal: Principal, { permission }: ImportKind): void {
  if (principal.permissions.has(permission)) return;
  throw common.refuse("forbidden", { message: `This needs the permission ${permission}.`, details: { permission } });
}

function describe(kind: ImportKind): string {
  const columns = kind.columns.map(
    ({ name, required, description, example }) =>
      `| \`${name}\`${required ? "" : " (optional)"} | ${description} | \`${example}\` |`,
  );
  return [
    `${kind.summary} Also needs \`${kind.permission}\`.`,
    `The body is the file: CSV in UTF-8, separated by comma, semicolon or tab, at most ${MAX_FILE_ROWS.toLocaleString("en-US")} rows. The answer comes when all of it is stored; its rows take effect afterwards, and \`GET /v1/imports/{id}\` tells the progress. The same file, uploaded again while it is unfinished, is the same import. A faulty row has no effect and is listed in the errors; the others take effect.`,
    ["| Column | Meaning | Example |", "|---|---|---|", ...columns].join("\n"),
  ].join("\n\n");
}
