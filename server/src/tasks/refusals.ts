import { refusals } from "../platform/refusals.ts";

export const tasks = refusals({
  alreadyClosed: { status: 409, title: "This exception is closed already." },
  endsWithCause: { status: 409, title: "This exception ends with what failed: that is tried again, or given up." },
  taskClosed: { status: 409, title: "This task is done or withdrawn." },
  taskTaken: { status: 409, title: "Somebody else works on this task." },
  notRetriable: { status: 409, title: "Nothing about this exception can be tried again; it is dealt with by people." },
  notInTeam: { status: 403, title: "This task is another team's." },
  unableAssignee: { status: 422, title: "They cannot work on this task." },
  unknownOutcome: { status: 422, title: "The task cannot end like that." },
});

/** Kind of the exceptions that tell of jobs which were given up. */
export const JOB_PARKED = "jobParked";
