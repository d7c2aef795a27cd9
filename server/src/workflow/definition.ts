import { Type } from "typebox";
import { Compile } from "typebox/compile";
import { type LocalText, localTextShape } from "../platform/local-text.ts";

// A workflow definition is a statechart in JSON: a checked subset of the format of XState v5, so that its tools draw and
// simulate it. Allowed: compound and final states, `initial`, `on`, `always`, `after`, `entry`, `exit`, steps and guards by
// name. Not allowed: parallel and history states, `invoke`, `onDone`, inline code, wildcards, custom state IDs.
// Beyond XState, `meta` carries what orders need: the entity type, delays, labels and the buttons people get.

/** Limits of one definition. The largest takes about 0.2 s to compile, a shipped one 0.2 ms. */
export const LIMITS = {
  statesPerDefinition: 200,
  nesting: 5,
  eventsPerState: 50,
  transitionsPerEvent: 10,
  compiledTransitions: 20_000,
  stepsPerList: 20,
  delayMs: 10 * 366 * 24 * 3600 * 1000,
  fieldsPerForm: 20,
  optionsPerField: 100,
  textLength: 2_000,
} as const;

export type Params = Readonly<Record<string, unknown>>;

/** A guard or a step as the definition names it; `pointer` is where, as a JSON pointer into the document. */
export interface NamedCall {
  readonly name: string;
  readonly params: Params;
  readonly pointer: string;
}

/** A field of a user action's form; what is entered is the event's data under this name. */
export interface FormField {
  readonly name: string;
  readonly label: LocalText;
  readonly type: "text" | "number" | "flag" | "choice" | "date";
  readonly required: boolean;
  /** Kept where it can be erased, and never in events. Texts are unless the definition says otherwise. */
  readonly personal: boolean;
  /** Of a choice. */
  readonly options: readonly { readonly value: string; readonly label: LocalText }[];
  /** Of a text, in characters. */
  readonly maxLength: number;
  /** Of a number. */
  readonly minimum: number | null;
  readonly maximum: number | null;
}

/** What a person may press in a state; the permission decides who. */
export interface UserAction {
  readonly label: LocalText;
  readonly permission: string;
  /** Asked before it is done; null: done at once, unless there is a form. */
  readonly confirm: LocalText | null;
  readonly form: readonly FormField[];
  /** Whether it may be done while a hold is active. */
  readonly whileHeld: boolean;
}

export interface TransitionDefinition {
  readonly pointer: string;
  readonly target: string | null;
  readonly guard: NamedCall | null;
  readonly steps: readonly NamedCall[];
  readonly reenter: boolean;
  readonly userAction: UserAction | null;
}

export interface StateDefinition {
  /** Last part of the path; empty for the root. */
  readonly name: string;
  /** Names from the top, joined by dots, such as `open.picking`; empty for the root. */
  readonly path: string;
  readonly pointer: string;
  readonly parent: StateDefinition | null;
  readonly label: string | null;
  /** Events of its steps to which it need not react. */
  readonly ignores: readonly string[];
  readonly final: boolean;
  readonly initial: string | null;
  readonly children: ReadonlyMap<string, StateDefinition>;
  readonly entry: readonly NamedCall[];
  readonly exit: readonly NamedCall[];
  readonly on: ReadonlyMap<string, readonly TransitionDefinition[]>;
  readonly always: readonly TransitionDefinition[];
  /** By delay, in whole milliseconds ("60000") or by a name that `delaysMs` knows. */
  readonly after: ReadonlyMap<string, readonly TransitionDefinition[]>;
}

export interface WorkflowDefinition {
  readonly id: string;
  readonly title: string;
  readonly entityType: string;
  readonly delaysMs: ReadonlyMap<string, number>;
  /** Events that other systems send, beside those that the entity type lists. */
  readonly receives: readonly string[];
  readonly root: StateDefinition;
}

const CLOSED = { additionalProperties: false } as const;
const NAME = "^[a-z][A-Za-z0-9]{0,63}$";

export const Name = Type.String({ pattern: NAME });
export const Text = Type.String({ minLength: 1, maxLength: 1000 });
export const EventNames = Type.Array(Name, { maxItems: 50 });
const ParamsObject = Type.Record(Type.String(), Type.Unknown());

export const WORKFLOW_CODE = "^[a-z][a-z0-9-]{0,63}$";
/** Milliseconds, or the name of a delay. */
export const DELAY = `^[1-9][0-9]{0,14}$|${NAME}`;

const LocalTextShape = localTextShape({ maxLength: 1000 });

export const FormFieldShape = Type.Object(
  {
    name: Name,
    label: LocalTextShape,
    type: Type.Enum(["text", "number", "flag", "choice", "date"]),
    required: Type.Optional(Type.Boolean()),
    personal: Type.Optional(
      Type.Boolean({
        description:
          "Whether it may say something of a person: kept erasable, and out of events. Texts are unless this says false.",
      }),
    ),
    options: Type.Optional(
      Type.Array(Type.Object({ value: Type.String({ minLength: 1, maxLength: 200 }), label: LocalTextShape }, CLOSED), {
        minItems: 1,
        maxItems: LIMITS.optionsPerField,
      }),
    ),
    maxLength: Type.Optional(Type.Integer({ minimum: 1, maximum: LIMITS.textLength })),
    minimum: Type.Optional(Type.Number()),
    maximum: Type.Optional(Type.Number()),
  },
  CLOSED,
);

export const UserActionShape = Type.Object(
  {
    label: LocalTextShape,
    permission: Type.String({ pattern: "^[a-z-]+:[a-z-]+$" }),
    confirm: Type.Optional(LocalTextShape),
    form: Type.Optional(Type.Array(FormFieldShape, { maxItems: LIMITS.fieldsPerForm })),
    whileHeld: Type.Optional(Type.Boolean()),
  },
  CLOSED,
);

/** The shapes of the document's parts. What a field holds further down is checked with its own shape, at its own pointer. */
export const shapes = {
  name: Compile(Name),
  text: Compile(Text),
  target: Compile(Type.String({ minLength: 1, maxLength: 400 })),
  delay: Compile(Type.String({ pattern: DELAY })),
  definition: Compile(
    Type.Object(
      {
        $schema: Type.Optional(Text),
        id: Type.String({ pattern: WORKFLOW_CODE }),
        version: Type.Optional(Text),
        description: Type.Optional(Text),
        initial: Name,
        states: Type.Unknown(),
        on: Type.Optional(Type.Unknown()),
        always: Type.Optional(Type.Unknown()),
        meta: Type.Object(
          {
            entityType: Name,
            title: Text,
            delays: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
            receives: Type.Optional(EventNames),
          },
          CLOSED,
        ),
      },
      CLOSED,
    ),
  ),
  state: Compile(
    Type.Object(
      {
        type: Type.Optional(Type.Literal("final")),
        description: Type.Optional(Text),
        initial: Type.Optional(Name),
        states: Type.Optional(Type.Unknown()),
        entry: Type.Optional(Type.Unknown()),
        exit: Type.Optional(Type.Unknown()),
        on: Type.Optional(Type.Unknown()),
        always: Type.Optional(Type.Unknown()),
        after: Type.Optional(Type.Unknown()),
        meta: Type.Optional(Type.Object({ label: Type.Optional(Text), ignores: Type.Optional(EventNames) }, CLOSED)),
      },
      CLOSED,
    ),
  ),
  transition: Compile(
    Type.Object(
      {
        target: Type.Optional(Type.Unknown()),
        guard: Type.Optional(Type.Unknown()),
        actions: Type.Optional(Type.Unknown()),
        reenter: Type.Optional(Type.Boolean()),
        description: Type.Optional(Text),
        meta: Type.Optional(
          Type.Object(
            {
              userAction: Type.Optional(UserActionShape),
            },
            CLOSED,
          ),
        ),
      },
      CLOSED,
    ),
  ),
  namedCall: Compile(Type.Object({ type: Name, params: Type.Optional(ParamsObject) }, CLOSED)),
};
