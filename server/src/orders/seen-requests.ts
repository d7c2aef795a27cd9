import { enqueueJobs } from "../platform/jobs/enqueue-jobs.ts";
import type { LocalText } from "../platform/local-text.ts";
import { raiseExceptions } from "../tasks/public.ts";
import type { OrderWork, RowWriter } from "./order-run.ts";

/** What a step would ask of people, other systems and the clock. */
interface StepRequest {
  kind: "task" | "exception" | "call" | "wait";
  name: LocalText;
  dueAt: string | null;
}

/** Tells in a rehearsal, after each step, what it has asked for. */
export class SeenRequests {
  readonly #work: OrderWork;
  readonly #seen = new Set<object>();

  constructor(work: OrderWork) {
    this.#work = work;
  }

  news(): StepRequest[] {
    const { tasks, waits } = this.#work;
    return [
      ...this.#new(tasks).map(({ task }): StepRequest => ({ kind: "task", name: task.title, dueAt: null })),
      ...this.#new(waits).map(
        ({ timer }): StepRequest => ({ kind: "wait", name: timer.name, dueAt: timer.dueAt.toISOString() }),
      ),
      ...this.#new(this.#rows(raiseExceptions)).map(
        ({ kind, dueAt }): StepRequest => ({ kind: "exception", name: kind, dueAt: dueAt.toISOString() }),
      ),
      ...this.#new(this.#rows(enqueueJobs)).map(
        ({ kind, payload }): StepRequest => ({ kind: "call", name: String(payload["url"] ?? kind), dueAt: null }),
      ),
    ];
  }

  #new<Item extends object>(items: readonly Item[]): Item[] {
    const news = items.filter((item) => !this.#seen.has(item));
    for (const item of news) this.#seen.add(item);
    return news;
  }

  #rows<Row>(writer: RowWriter<Row>): Row[] {
    return (this.#work.rows.get(writer as RowWriter<never>) ?? []) as Row[];
  }
}
