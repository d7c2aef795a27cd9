import { useForm, type UseFormReturnType } from "@mantine/form";
import { useEffect, useId, useRef, useState } from "react";
import { useFaultText } from "./fault-text.ts";
import { asProblem } from "./problem.ts";

export type Editing<Values> = {
  form: UseFormReturnType<Values>;
  /** Of the form element, so that a button elsewhere on the page can submit it. */
  id: string;
  sending: boolean;
  /** What was refused and belongs to no single field. */
  error: unknown;
  /** True until what was entered has been sent or given up. */
  isUnsaved: () => boolean;
  submit: (event: React.FormEvent<HTMLFormElement>) => void;
};

type EditingOptions<Values> = {
  initial: Values;
  /** Faults that can be told before asking the server, by the path of their field. */
  check?: (values: Values) => Record<string, React.ReactNode>;
  send: (values: Values) => Promise<unknown>;
  /** Where to go when it is saved. By then nothing counts as unsaved any more. */
  saved: (values: Values) => unknown;
  /** The field of a JSON pointer, where the form is not shaped like the request. */
  fieldOf?: (pointer: string) => string;
};

/** "/calendar/exceptions/0/on" is the field "calendar.exceptions.0.on": forms are shaped like the requests they send. */
function pathOf(pointer: string): string {
  return pointer.replace(/^\//, "").replaceAll("/", ".");
}

/** A form whose refusals stand at their fields: the problem's JSON pointers name them. */
export function useEditing<Values extends object>(options: EditingOptions<Values>): Editing<Values> {
  const { initial, check, send, saved, fieldOf = pathOf } = options;
  const faultText = useFaultText();
  const id = useId();
  const [sending, setSending] = useState(false);
  const [error, setError] = useState<unknown>();
  const [faulty, setFaulty] = useState(0);
  const done = useRef(false);
  const form = useForm<Values>({
    initialValues: initial,
    validate: check,
    validateInputOnBlur: false,
    // What was saved stays on the screen where it is reviewed next, and may be changed again there.
    onValuesChange: () => {
      done.current = false;
    },
  });

  // After the faults are drawn: the reader is brought to the first of them.
  useEffect(() => {
    if (faulty === 0) return;
    document
      .getElementById(id)
      ?.querySelector<HTMLElement>("input[aria-invalid=true], textarea[aria-invalid=true]")
      ?.focus();
  }, [faulty, id]);

  async function sendValues(values: Values) {
    setSending(true);
    setError(undefined);
    try {
      await send(values);
      done.current = true;
      await saved(values);
    } catch (refused) {
      refuse(refused);
    } finally {
      setSending(false);
    }
  }

  function refuse(refused: unknown) {
    const faults = asProblem(refused)?.faults ?? [];
    const hasField = (path: string) => fieldsOf(id).has(path);
    const placed = faults.map((fault) => ({ path: fieldOf(fault.pointer), message: faultText(fault) }));
    form.setErrors(Object.fromEntries(placed.filter((fault) => hasField(fault.path)).map((f) => [f.path, f.message])));
    if (faults.length === 0 || placed.some((fault) => !hasField(fault.path))) setError(refused);
    setFaulty((times) => times + 1);
  }

  return {
    form,
    id,
    sending,
    error,
    isUnsaved: () => !done.current && form.isDirty(),
    submit: (event) =>
      form.onSubmit(
        (values) => void sendValues(values),
        () => setFaulty((times) => times + 1),
      )(event),
  };
}

function fieldsOf(id: string): ReadonlySet<string | undefined> {
  const fields = document.getElementById(id)?.querySelectorAll<HTMLElement>("[data-path]") ?? [];
  return new Set([...fields].map((field) => field.dataset.path));
}
