/** What a log keeps of an error. */
export interface LoggedError {
  type: string;
  message: string;
  stack: string | undefined;
  code?: string;
  cause?: LoggedError;
  errors?: LoggedError[];
  [place: string]: unknown;
}

/** Where PostgreSQL says that something is wrong. Its `detail` and `where` quote rows, so personal data, and stay out. */
const PLACES = ["severity", "schema", "table", "column", "constraint", "routine"] as const;
/** Causes of causes, and errors in errors: deeper ones say nothing new, and a circle has an end. */
const DEPTH = 4;
const MOST_ERRORS = 10;

/**
 * An error as a log keeps it. Libraries hang what they were at on their errors: a lost connection to the database brought
 * along its client with 15 kB of statements.
 */
export function loggedError(error: unknown, depth = DEPTH): LoggedError {
  if (!(error instanceof Error)) return { type: typeof error, message: String(error), stack: undefined };
  const known = error as Error & Record<string, unknown>;
  const { code, cause, errors } = known;
  return {
    type: error.constructor.name,
    message: error.message,
    stack: error.stack,
    ...(code === undefined ? {} : { code: String(code) }),
    ...Object.fromEntries(PLACES.flatMap((place) => (known[place] === undefined ? [] : [[place, known[place]]]))),
    ...(cause === undefined || depth === 0 ? {} : { cause: loggedError(cause, depth - 1) }),
    ...(Array.isArray(errors) && depth > 0
      ? { errors: errors.slice(0, MOST_ERRORS).map((one) => loggedError(one, depth - 1)) }
      : {}),
  };
}
