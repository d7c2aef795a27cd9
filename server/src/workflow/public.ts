export {
  type DescribedEntityType,
  type DescribedGuard,
  START,
  type State,
  type Workflow,
  type WorkflowEvent,
} from "./compiled.ts";
export { conditionGuard, type GuardInput } from "./condition-guard.ts";
export type { FormField, LocalText, Params, UserAction } from "./definition.ts";
export { faultsOfForm } from "./user-actions.ts";
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
export type { Outcome, Progress, RunFailure, StepItem } from "./run.ts";
export { postponeTimer, removeTimers, type TimerKey } from "./timers.ts";
export { selectionDocuments } from "./selection-documents.ts";
export { workflowDocuments } from "./workflow-documents.ts";
