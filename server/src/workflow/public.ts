export {
  type DescribedEntityType,
  type DescribedGuard,
  type DescribedStep,
  START,
  type State,
  type Transition,
  type Workflow,
  type WorkflowEvent,
} from "./compiled.ts";
export { type Known, untilWhole } from "./begin-anew.ts";
export { UPGRADE_MS } from "./definitions.ts";
export { NotUnderstood } from "./select-workflow.ts";
export { conditionGuard, type GuardInput } from "./condition-guard.ts";
export {
  type FormField,
  FormFieldShape,
  type Params,
  type UserAction,
} from "./definition.ts";
export { faultsOfForm, type FormFieldJson, readForm } from "./user-actions.ts";
export { parseDurationMs } from "./parse-definition.ts";
export { planTransition } from "./plan-transition.ts";
export {
  createEngine,
  type Engine,
  type EngineOptions,
  type EngineRequest,
  type EngineResult,
  type EngineSubject,
  type Place,
  type StepNews,
  type StepRun,
  type WorkflowEntity,
} from "./engine.ts";
export type { MoveEntities, PlannedMove } from "./migrate-entities.ts";
export { move, writeMoves } from "./move-entities.ts";
export type { NotAllowed } from "./plan-transition.ts";
export { isStillThere, type Outcome, type Progress, type RunFailure, type StepItem } from "./run.ts";
export {
  dropTimers,
  hastenTimers,
  lockDueTimer,
  lockTimers,
  type NewTimer,
  postponeTimer,
  putTimers,
  removeTimers,
  type TimerKey,
} from "./timers.ts";
export { Selection, selectionDocuments } from "./selection-documents.ts";
export { vocabularyOf } from "./vocabulary.ts";
export { workflowDocuments } from "./workflow-documents.ts";
export { type AskedGuard, watchGuards } from "./watch-guards.ts";
