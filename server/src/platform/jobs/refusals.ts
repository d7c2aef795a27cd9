import { refusals } from "../refusals.ts";

export const jobs = refusals({
  notParked: { status: 409, title: "This job is not parked: it waits, runs or has ended." },
  notRetryable: {
    status: 409,
    title: "Only a job that failed can be tried again; this one has not, runs, or has ended.",
  },
  notSkippable: { status: 409, title: "This job runs or has ended; only one that waits or is parked can be skipped." },
});
