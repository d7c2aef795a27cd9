import { type Refusal, refusals } from "../refusals.ts";

export const imports = refusals({
  unreadableFile: { status: 422, title: "The file cannot be read as CSV in UTF-8. Nothing of it was imported." },
  wrongColumns: { status: 422, title: "The header of the file does not fit. Nothing of it was imported." },
  fileTooLarge: { status: 413, title: "The file is larger than an import may be." },
  uploadCutOff: { status: 400, title: "The upload ended before the file was complete. Nothing of it was imported." },
  tooManyUploads: { status: 503, title: "Other files are being uploaded; try again in a moment." },
  importEnded: { status: 409, title: "This import has ended." },
});

/** A whole file that cannot be read; `row` is where, 0 for the header. */
export function unreadable(reason: string, message: string, row: number): Refusal {
  return imports.refuse("unreadableFile", { message, details: { reason, row } });
}
