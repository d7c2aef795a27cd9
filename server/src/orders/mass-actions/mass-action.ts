import type { Database, Transaction } from "../../platform/db/database.ts";
import { statement } from "../../platform/db/statements.ts";
import { common } from "../../platform/refusals.ts";
import type { Principal } from "../../platform/http/route.ts";
import type { Params } from "../../workflow/public.ts";

/**
 * holding: every order gets a hold at once; ready: nothing goes out any more, and somebody decides on the preview;
 * running: the action is taken on one after the other; the rest gives up or takes back.
 */
export const MASS_ACTION_STATES = [
  "holding",
  "ready",
  "running",
  "done",
  "withdrawing",
  "withdrawn",
  "undoing",
  "undone",
] as const;
export type MassActionState = (typeof MASS_ACTION_STATES)[number];

/** States in which workers have something to do, and what follows. */
export const NEXT_STATE = {
  holding: "ready",
  running: "done",
  withdrawing: "withdrawn",
  undoing: "undone",
} as const satisfies Partial<Record<MassActionState, MassActionState>>;
export type WorkingState = keyof typeof NEXT_STATE;

export function isWorking(state: MassActionState): state is WorkingState {
  return state in NEXT_STATE;
}

/** What it may do on its way, long after the request of whoever began it or confirmed it. */
export interface Rights {
  permissions: string[];
  locationCodes: string[] | null;
  channelCodes: string[] | null;
}

export interface MassAction {
  id: string;
  action: string;
  data: Params;
  reason: string;
  state: MassActionState;
  rights: Rights;
  begun_by: string;
  decided_by: string | null;
}

/** The job that does the work of a mass action; one per state that has work. */
export const MASS_ACTION_JOB = "orders.massAction";

const lockMassAction = statement<MassAction>(
  "orders.lockMassAction",
  `select id, action, data, reason, state, rights, begun_by, decided_by from orders.mass_actions where id = $1::uuid for update`,
);

export async function lockedMassAction(transaction: Transaction, id: string): Promise<MassAction> {
  const [found] = await transaction.read(lockMassAction, [id]);
  if (found === undefined) throw noMassAction(id);
  return found;
}

const readMassAction = statement<MassAction>(
  "orders.readMassAction",
  `select id, action, data, reason, state, rights, begun_by, decided_by from orders.mass_actions where id = $1::uuid`,
);

export async function massActionOf(database: Database, id: string): Promise<MassAction | undefined> {
  return (await database.read(readMassAction, [id]))[0];
}

export function noMassAction(id: string): Error {
  return common.refuse("notFound", { message: `There is no mass action ${id} that you may see.` });
}

export function rightsOf({ permissions, locationCodes, channelCodes }: Principal): Rights {
  return {
    permissions: [...permissions].sort(),
    locationCodes: locationCodes === null ? null : [...locationCodes].sort(),
    channelCodes: channelCodes === null ? null : [...channelCodes].sort(),
  };
}

export function principalOf({ rights, begun_by, decided_by }: MassAction): Principal {
  const actor = decided_by ?? begun_by;
  return {
    actor,
    name: actor,
    permissions: new Set(rights.permissions),
    locationCodes: rights.locationCodes === null ? null : new Set(rights.locationCodes),
    channelCodes: rights.channelCodes === null ? null : new Set(rights.channelCodes),
    credential: actor,
  };
}
