import { Type, type Static } from "typebox";
import { momentField, orNull, textField, wholeField } from "../http/described.ts";

const kind = textField("The kind of document.", "workflow");
const code = textField("Its code within its kind.", "standard-order");
const title = textField("Its name for people.", "Standard order");
const version = wholeField("Number of the version; versions of a document are numbered from 1.", 3);
const by = (what: string) =>
  textField(`Who ${what}: user:ID, key:ID or system:NAME.`, "user:0193461e-a1f0-7000-8a2b-5d3c7e9f0b1d");
const named = (what: string) =>
  orNull(textField(`The name of who ${what}; null: no longer known, or a part of Orrery.`, "Ada Lovelace"));
const Content = Type.Unknown({
  description: "What it says, of the shape that its kind declares.",
  examples: [{ id: "standard-order", initial: "created" }],
});
const based = orNull(wholeField("The version that the draft began as; null: none.", 2));

const DocumentKindView = Type.Object(
  {
    kind,
    title: textField("The kind's name for people.", "Workflow"),
    description: textField("What documents of this kind are for.", "The states that an order goes through."),
    schema: Type.Record(Type.String(), Type.Unknown(), {
      description: "JSON Schema of the content, for editors; a check says more.",
      examples: [{ type: "object" }],
    }),
    publishOptions: orNull(
      Type.Record(Type.String(), Type.Unknown(), {
        description: "JSON Schema of what a publisher may say besides the note; null: nothing.",
        examples: [{ type: "object" }],
      }),
    ),
  },
  { $id: "DocumentKind", description: "A kind of document that people edit and publish." },
);

export const DocumentKindList = Type.Object(
  { data: Type.Array(DocumentKindView, { description: "All kinds, by name." }) },
  { $id: "DocumentKindList", description: "All kinds of documents." },
);

const DocumentFault = Type.Object(
  {
    pointer: textField("JSON pointer into the content; empty: the content as a whole.", "/states/packed"),
    message: textField("What is wrong there.", "can never be reached"),
  },
  { description: "Something wrong, or probably not meant, in the content of a document." },
);

const faults = Type.Array(DocumentFault, { description: "Everything that keeps it from being published." });
const warnings = Type.Array(DocumentFault, { description: "What is allowed, but probably not meant." });

export const DocumentCheckView = Type.Object(
  { faults, warnings },
  { $id: "DocumentCheck", description: "What is to be said of a content." },
);

const Origin = Type.Enum(["shipped", "own"], {
  description: "Whether it came with a release or was made here.",
  examples: ["own"],
});

export const DocumentView = Type.Object(
  {
    kind,
    code,
    title,
    publishedVersion: orNull(wholeField("The version in force; null: none.", 3)),
    latestVersion: wholeField("The highest version there is; 0: it was never published.", 3),
    origin: orNull(Origin),
    publishedAt: orNull(momentField("When the version in force was published.")),
    draft: Type.Union(
      [
        Type.Object({
          revision: wholeField("Counts the saves of its drafts; for If-Match.", 7),
          basedOn: based,
          updatedBy: by("saved it last"),
          updatedAt: momentField("When it was saved last."),
        }),
        Type.Null(),
      ],
      { description: "Its open draft; null: none." },
    ),
    offeredVersion: orNull(
      wholeField(
        "A release brought this shipped version, which was not taken because the document was changed here; null: nothing is on offer.",
        4,
      ),
    ),
    updatedAt: momentField("When anything of it changed last."),
    facts: Type.Object(
      {},
      {
        additionalProperties: orNull(textField("As a text; null: it does not say.", "shipped")),
        description:
          "What its kind says of it besides, of the version in force, else of the draft, else of the version in force last: of a message template its trigger, medium and language.",
        examples: [{ trigger: "shipped", medium: "email", language: "en" }],
      },
    ),
  },
  { $id: "Document", description: "A document: what is in force, and what is being prepared." },
);

export const PublishedDocument = Type.Object(
  { kind, code, title, version, content: Content },
  { $id: "PublishedDocument", description: "A document that is in force, with its content." },
);

const versionFields = {
  version,
  state: Type.Enum(["published", "retired"], {
    description: "Whether it is in force; retired: replaced or withdrawn.",
    examples: ["published"],
  }),
  title,
  origin: Origin,
  shippedVersion: orNull(wholeField("Version of the shipped content that it is; null: made here.", 2)),
  note: textField("What the publisher said about it.", "Gift wrap between pick and pack."),
  publishedBy: by("published it"),
  publishedByName: named("published it"),
  publishedAt: momentField("When it was published."),
  retiredBy: orNull(by("replaced or withdrew it")),
  retiredAt: orNull(momentField("When it was replaced or withdrawn.")),
};

export const DocumentVersionSummary = Type.Object(versionFields, {
  $id: "DocumentVersionSummary",
  description: "A published version of a document, without its content.",
});

export const DocumentVersionView = Type.Object(
  { kind, code, ...versionFields, content: Content },
  { $id: "DocumentVersion", description: "A published version of a document. It never changes." },
);

export const DocumentDraftView = Type.Object(
  {
    kind,
    code,
    title,
    content: Content,
    basedOn: based,
    revision: wholeField("Counts the saves of its drafts; for If-Match.", 7),
    state: Type.Enum(["draft", "checked"], {
      description: "checked: it has no faults and can be published.",
      examples: ["checked"],
    }),
    faults,
    warnings,
    createdBy: by("began it"),
    createdByName: named("began it"),
    createdAt: momentField("When it was begun."),
    updatedBy: by("saved it last"),
    updatedByName: named("saved it last"),
    updatedAt: momentField("When it was saved last."),
  },
  { $id: "DocumentDraft", description: "The draft of a document with what is to be said of it." },
);

export const DocumentOffer = Type.Object(
  { kind, code, shippedVersion: wholeField("Version of the shipped content.", 4), content: Content },
  { $id: "DocumentOffer", description: "What a release brought for a document that was changed here." },
);

const value = (which: string) =>
  Type.Unknown({ description: `The value ${which}; null where there is none.`, examples: ["P14D"] });

export const DocumentChanges = Type.Object(
  {
    changes: Type.Array(
      Type.Object({
        change: Type.Enum(["added", "removed", "changed"], {
          description: "What happened to the part.",
          examples: ["added"],
        }),
        part: textField("What kind of part it is.", "state"),
        pointer: textField(
          "JSON pointer into the later content, or into the earlier one for what was removed.",
          "/states/giftWrapped",
        ),
        sentence: textField("The difference in words.", "State giftWrapped is new."),
        before: value("before"),
        after: value("after"),
      }),
      { description: "Every difference; none when both mean the same." },
    ),
  },
  { $id: "DocumentChanges", description: "The differences of two contents of a document." },
);

export type DocumentViewed = Static<typeof DocumentView>;
export type DocumentVersionViewed = Static<typeof DocumentVersionView>;
