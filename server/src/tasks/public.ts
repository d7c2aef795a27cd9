export { closeExceptions, type ExceptionToClose } from "./close-exceptions.ts";
export { taskEvents } from "./events.ts";
export { type ExceptionToRaise, raiseExceptions } from "./raise-exceptions.ts";
export { reportBlockedConsumers } from "./report-blocked-consumers.ts";
export { reportMessages } from "./report-messages.ts";
export { reportParkedJobs } from "./report-parked-jobs.ts";
