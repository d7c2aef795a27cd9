export type ShownFault = { pointer: string; message: string; code?: string; expected?: string | number };

/** The parts of an RFC 9457 problem that a person is shown. Any error that carries them is shown that way. */
export type ShownProblem = {
  title: string;
  detail?: string;
  code: string;
  faults: readonly ShownFault[];
  requestId?: string;
};

export function asProblem(error: unknown): (Error & ShownProblem) | undefined {
  const isProblem = error instanceof Error && "code" in error && "title" in error && "faults" in error;
  return isProblem ? (error as Error & ShownProblem) : undefined;
}
