import { Type } from "typebox";
import type { Clock } from "../clock.ts";
import type { Transaction } from "../db/database.ts";
import { answerOnce, requestHash } from "../http/idempotency.ts";
import { pageOf } from "../http/paging.ts";
import { type Call, type Principal, type Route, route } from "../http/route.ts";
import { common } from "../refusals.ts";
import { compareContent, compareDocuments, CompareQuery } from "./compare-documents.ts";
import type { DocumentKind } from "./document-kind.ts";
import {
  DocumentChanges,
  DocumentCheckView,
  DocumentDraftView,
  DocumentKindList,
  DocumentOffer,
  DocumentVersionSummary,
  DocumentVersionView,
  DocumentView,
  PublishedDocument,
} from "./document-schemas.ts";
import { kindOf } from "./documents.sql.ts";
import type { Publications } from "./follow-publications.ts";
import { listPublished, PublishedListQuery } from "./list-published.ts";
import { publishDraft, retireDocument } from "./publish-document.ts";
import { documents } from "./refusals.ts";
import { discardDraft, saveDraft } from "./save-draft.ts";
import { dismissOffer } from "./ship-documents.ts";
import {
  DocumentListQuery,
  type DocumentReading,
  listDocuments,
  listVersions,
  VersionListQuery,
  viewDocument,
  viewDraft,
  viewOffer,
  viewVersion,
} from "./view-documents.ts";

export interface DocumentDependencies extends DocumentReading {
  clock: Clock;
  kinds: readonly DocumentKind[];
  publications: Publications;
}

const tag = "documents";
const CONTENT_BYTES = 1_048_576;
const Kind = Type.Object({
  kind: Type.String({ maxLength: 64, description: "The kind of document.", examples: ["workflow"] }),
});
const code = Type.String({
  pattern: "^[a-z][a-z0-9-]{0,63}$",
  description: "The document's code within its kind.",
  examples: ["standard-order"],
});
const Name = Type.Object({ ...Kind.properties, code });
const version = Type.Integer({ minimum: 1, maximum: 1_000_000_000, description: "The version.", examples: [3] });
const Content = Type.Unknown({
  description: "What it says, of the shape that its kind declares.",
  examples: [{ id: "standard-order", initial: "created" }],
});
const note = {
  note: Type.String({
    minLength: 1,
    maxLength: 1_000,
    description: "Why, for those who look at the versions later.",
    examples: ["Gift wrap between pick and pack."],
  }),
};
const Note = Type.Object(note, { additionalProperties: false });
const PublishNote = Type.Object(
  {
    ...note,
    options: Type.Optional(
      Type.Record(Type.String(), Type.Unknown(), {
        description: "What its kind lets a publisher say besides, see `publishOptions` of the kind.",
        examples: [{ mapping: { "open.packed": "open.picking" } }],
      }),
    ),
  },
  { additionalProperties: false },
);

export function documentRoutes(dependencies: DocumentDependencies): Route[] {
  return [...readingRoutes(dependencies), ...draftRoutes(dependencies), ...publishingRoutes(dependencies)];
}

function readingRoutes(dependencies: DocumentDependencies): Route[] {
  const { database, kinds } = dependencies;
  const read = { method: "GET", tag, permission: "documents:read" } as const;
  return [
    route({
      ...read,
      path: "/v1/document-kinds",
      operationId: "listDocumentKinds",
      summary: "List the kinds of documents that people edit and publish (W1)",
      responses: { 200: DocumentKindList },
      handle: () => ({
        data: kinds.map(({ kind, title, description, schema, publishOptions }) => ({
          kind,
          title,
          description,
          schema: { ...schema },
          publishOptions: publishOptions === undefined ? null : { ...publishOptions },
        })),
      }),
    }),
    route({
      ...read,
      path: "/v1/documents",
      operationId: "listDocuments",
      summary: "List documents with what is in force and what is being prepared",
      query: DocumentListQuery,
      responses: { 200: pageOf(DocumentView, { $id: "DocumentPage" }) },
      handle: ({ query }) => listDocuments(dependencies, query),
    }),
    route({
      ...read,
      path: "/v1/published-documents",
      operationId: "listPublishedDocuments",
      summary: "Read everything that is in force, with its content",
      description:
        "What `orrery config export` writes: the configuration as files, for another Orrery or for a repository.",
      query: PublishedListQuery,
      responses: { 200: pageOf(PublishedDocument, { $id: "PublishedDocumentPage" }) },
      handle: ({ query }) => listPublished(database, query),
    }),
    route({
      ...read,
      path: "/v1/documents/{kind}/{code}",
      operationId: "getDocument",
      summary: "Read a document: what is in force and what is being prepared",
      params: Name,
      responses: { 200: DocumentView },
      handle: ({ params }) => viewDocument(dependencies, params.kind, params.code),
    }),
    route({
      ...read,
      path: "/v1/documents/{kind}/{code}/versions",
      operationId: "listDocumentVersions",
      summary: "List the versions of a document, newest first",
      params: Name,
      query: VersionListQuery,
      responses: { 200: pageOf(DocumentVersionSummary, { $id: "DocumentVersionPage" }) },
      handle: ({ params, query }) => listVersions(dependencies, params, query),
    }),
    route({
      ...read,
      path: "/v1/documents/{kind}/{code}/versions/{version}",
      operationId: "getDocumentVersion",
      summary: "Read a version of a document",
      params: Type.Object({ ...Name.properties, version }),
      responses: { 200: DocumentVersionView },
      handle: ({ params }) => viewVersion(dependencies, params, params.version),
    }),
    route({
      ...read,
      path: "/v1/documents/{kind}/{code}/changes",
      operationId: "compareDocuments",
      summary: "Compare two versions of a document, its draft or what a release offers",
      params: Name,
      query: CompareQuery,
      responses: { 200: DocumentChanges },
      handle: ({ params, query }) => compareDocuments(dependencies, kindOf(kinds, params.kind), params.code, query),
    }),
    route({
      ...read,
      path: "/v1/documents/{kind}/{code}/offer",
      operationId: "getDocumentOffer",
      summary: "Read what a release brought for a document that was changed here",
      description: "To take it, save it as the draft, whole or in part; publishing just that ends the offer.",
      params: Name,
      responses: { 200: DocumentOffer },
      handle: ({ params }) => viewOffer(database, params),
    }),
  ];
}

function draftRoutes(dependencies: DocumentDependencies): Route[] {
  const { database, clock, kinds } = dependencies;
  const path = "/v1/documents/{kind}/{code}/draft";
  const write = { tag, permission: "documents:write", params: Name } as const;
  const versionConflict = common.kinds.versionConflict;
  return [
    route({
      method: "POST",
      tag,
      permission: "documents:read",
      path: "/v1/document-kinds/{kind}/check",
      operationId: "checkDocument",
      summary: "Check a content while it is being edited",
      description: "Changes nothing. Publishing checks in the same way.",
      params: Kind,
      bodyLimitBytes: CONTENT_BYTES,
      body: Type.Object({ code, content: Content }, { additionalProperties: false }),
      responses: { 200: DocumentCheckView },
      handle: ({ params, body }) => {
        const { faults, warnings } = kindOf(kinds, params.kind).check(body.content, body.code);
        return { faults, warnings };
      },
    }),
    route({
      method: "POST",
      tag,
      permission: "documents:read",
      path: "/v1/documents/{kind}/{code}/changes",
      operationId: "compareContent",
      summary: "What would change if a content were published",
      description: "Changes nothing. The content is compared with the version in force.",
      params: Name,
      bodyLimitBytes: CONTENT_BYTES,
      body: Type.Object({ content: Content }, { additionalProperties: false }),
      responses: { 200: DocumentChanges },
      handle: ({ params, body }) => compareContent(dependencies, kindOf(kinds, params.kind), params.code, body.content),
    }),
    route({
      method: "GET",
      tag,
      permission: "documents:read",
      path,
      operationId: "getDocumentDraft",
      summary: "Read the draft of a document with its faults",
      params: Name,
      responses: { 200: DocumentDraftView },
      handle: (call) => answerDraft(dependencies, call),
    }),
    route({
      ...write,
      method: "PUT",
      path,
      operationId: "saveDocumentDraft",
      summary: "Create or replace the draft of a document",
      description:
        "A document has one draft at most, and a new code is a new document. It may be saved with faults, but not published. `If-Match` refuses the change when somebody else has saved it since, `If-None-Match: *` when there is one already.",
      bodyLimitBytes: CONTENT_BYTES,
      body: Type.Object(
        {
          content: Content,
          basedOn: Type.Optional(
            Type.Union([version, Type.Null()], {
              description:
                "The version that it starts from; absent: as the draft says already, else the version in force.",
              examples: [2],
            }),
          ),
        },
        { additionalProperties: false },
      ),
      responses: { 200: DocumentDraftView },
      refuses: { versionConflict },
      handle: async (call) => {
        const { params, body, principal, origin, ifMatch } = call;
        refuseLimited(principal);
        const kind = kindOf(kinds, params.kind);
        await saveDraft(database, kind, { code: params.code, ...body, ifMatch, origin, now: clock.now() });
        return await answerDraft(dependencies, call);
      },
    }),
    route({
      ...write,
      method: "DELETE",
      path,
      operationId: "discardDocumentDraft",
      summary: "Throw the draft of a document away",
      description: "A document that was never published goes with it.",
      responses: { 204: null },
      refuses: { versionConflict, noDraft: documents.kinds.noDraft },
      handle: async ({ params, principal, origin, ifMatch }) => {
        refuseLimited(principal);
        const { kind } = kindOf(kinds, params.kind);
        await discardDraft(database, kind, { code: params.code, ifMatch, origin });
        return undefined;
      },
    }),
    route({
      ...write,
      method: "DELETE",
      path: "/v1/documents/{kind}/{code}/offer",
      operationId: "dismissDocumentOffer",
      summary: "Say that what a release offers is not wanted",
      responses: { 204: null },
      handle: async ({ params, principal, origin }) => {
        refuseLimited(principal);
        const dismissed = await dismissOffer(database, params.kind, { code: params.code, origin });
        if (!dismissed) await viewOffer(database, params);
        return undefined;
      },
    }),
  ];
}

async function answerDraft(
  dependencies: DocumentDependencies,
  { params, reply }: Pick<Call<{ kind: string; code: string }, unknown, unknown>, "params" | "reply">,
) {
  const draft = await viewDraft(dependencies, kindOf(dependencies.kinds, params.kind), params.code);
  reply.header("etag", `"${draft.revision}"`);
  return draft;
}

function publishingRoutes(dependencies: DocumentDependencies): Route[] {
  const { kinds, clock } = dependencies;
  const publish = {
    method: "POST",
    tag,
    permission: "documents:publish",
    params: Name,
    key: "call",
  } as const;
  const { noDraft, faultyDraft, nothingChanged, notPublished, documentInUse } = documents.kinds;
  return [
    route({
      ...publish,
      body: PublishNote,
      path: "/v1/documents/{kind}/{code}/publish",
      operationId: "publishDocument",
      summary: "Make the draft the next version, in force at once",
      description:
        "All processes use it within a quarter of a second, without a restart. `If-Match` with the draft's revision publishes exactly what you have read. What runs already stays on the version that it began with.",
      responses: { 201: DocumentVersionView },
      refuses: { versionConflict: common.kinds.versionConflict, noDraft, faultyDraft, nothingChanged, documentInUse },
      handle: (call) =>
        putIntoEffect(dependencies, call, "publishDocument", 201, (transaction) =>
          publishDraft(transaction, kindOf(kinds, call.params.kind), {
            code: call.params.code,
            note: call.body.note,
            options: call.body.options ?? {},
            ifMatch: call.ifMatch,
            origin: call.origin,
            now: clock.now(),
          }),
        ),
    }),
    route({
      ...publish,
      body: Note,
      path: "/v1/documents/{kind}/{code}/retire",
      operationId: "retireDocument",
      summary: "Withdraw a document: no version of it is in force any more",
      description: "Its versions stay; publishing a draft puts it in force again.",
      responses: { 200: DocumentVersionView },
      refuses: { notPublished, documentInUse },
      handle: (call) =>
        putIntoEffect(dependencies, call, "retireDocument", 200, (transaction) =>
          retireDocument(transaction, kindOf(kinds, call.params.kind), {
            code: call.params.code,
            note: call.body.note,
            origin: call.origin,
            now: clock.now(),
          }),
        ),
    }),
  ];
}

type NamedCall = Call<{ kind: string; code: string }, unknown, { note: string }>;

/** Once per key; answered when this process uses it. */
async function putIntoEffect(
  dependencies: DocumentDependencies,
  { params, body, principal, idempotencyKey, ifMatch }: NamedCall,
  operation: string,
  status: number,
  work: (transaction: Transaction) => Promise<number>,
) {
  refuseLimited(principal);
  const hash = requestHash(operation, params, body, ifMatch);
  const key = idempotencyKey === null ? null : { principal: principal.actor, key: idempotencyKey, hash };
  const done = await dependencies.database.transaction((transaction) =>
    answerOnce(transaction, key, status, async () => ({ version: await work(transaction) })),
  );
  await dependencies.publications.refresh();
  return await viewVersion(dependencies, params, done.version);
}

/** Documents hold for the whole account. */
function refuseLimited(principal: Principal): void {
  if (principal.locationCodes === null && principal.channelCodes === null) return;
  throw common.refuse("forbidden", {
    message: "This concerns the whole account; your access is limited to some locations or channels.",
  });
}
