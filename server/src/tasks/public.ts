export { alertConsumer } from "./alert-teams.ts";
export { taskAudit } from "./audit.ts";
export { amendException } from "./amend-exception.ts";
export { closeExceptions, type ExceptionToClose } from "./close-exceptions.ts";
export { type DecideOn, type TaskDecision } from "./complete-task.ts";
export { escalateExceptions } from "./escalate-exceptions.ts";
export { escalateTasks } from "./escalate-tasks.ts";
export { exceptionLevelDocuments, type PlanEscalation, planEscalations } from "./exception-levels.ts";
export { type EntityWentOn, openTasks, type TaskToOpen, withdrawTasks } from "./open-tasks.ts";
export { createTaskDesk, type TaskDesk, taskQueueDocuments } from "./task-queues.ts";
export { taskEvents } from "./events.ts";
export { type ExceptionToRaise, raiseExceptions } from "./raise-exceptions.ts";
export { reportBlockedConsumers } from "./report-blocked-consumers.ts";
export { reportMessages } from "./report-messages.ts";
export { type JobRemedy, remedyJobs } from "./remedy-jobs.ts";
export {
  isRemedied,
  NONE_REFUSED,
  type Refused,
  type Remedies,
  type Remedy,
  type SettledException,
} from "./remedies.ts";
export { reportParkedJobs } from "./report-parked-jobs.ts";
export { writeAlert } from "./write-alert.ts";
export { nameOf, TITLE } from "./view-tasks.ts";
