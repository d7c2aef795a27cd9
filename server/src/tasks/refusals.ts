import { refusals } from "../platform/refusals.ts";

export const tasks = refusals({
  alreadyClosed: { status: 409, title: "This exception is closed already." },
  taskClosed: { status: 409, title: "This task is done or withdrawn." },
  taskTaken: { status: 409, title: "Somebody else works on this task." },
  unknownOutcome: { status: 422, title: "The task cannot end like that." },
});
