import { refusals } from "../refusals.ts";

export const documents = refusals({
  noDraft: { status: 409, title: "There is no draft of it." },
  faultyDraft: { status: 422, title: "The draft has faults; mend them before it is published." },
  nothingChanged: { status: 409, title: "The draft says the same as the version in force." },
  notPublished: { status: 409, title: "No version of it is in force." },
  documentInUse: { status: 409, title: "Something else needs it as it is." },
});
