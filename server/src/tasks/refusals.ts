import { refusals } from "../platform/refusals.ts";

export const tasks = refusals({
  alreadyClosed: { status: 409, title: "This exception is closed already." },
});
