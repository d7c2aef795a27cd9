import { Textarea } from "@mantine/core";
import { useEffect, useId, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import classes from "./document.module.css";
import { InsertValue, type Variable } from "./insert-value.tsx";

export interface Completion {
  /** What the typed beginning becomes. */
  readonly insert: string;
  readonly about: string;
}

export interface Completions {
  /** Where the typed beginning starts. */
  readonly from: number;
  readonly options: readonly Completion[];
}

export type PlacedFault = {
  readonly message: string;
  /** The part of the text that it is about. */
  readonly excerpt?: string | undefined;
  /** Where the caret goes when somebody wants to see it. */
  readonly at?: number | undefined;
};

type CompletingFieldProps = {
  label: string;
  description?: React.ReactNode;
  placeholder?: string;
  required?: boolean;
  maxLength?: number;
  minRows?: number;
  code?: boolean;
  value: string;
  /** Each letter; for what follows the typing. */
  typed?: (text: string) => void;
  /** When the field is left. */
  commit: (text: string) => unknown;
  completions: (text: string, caret: number) => Completions;
  faults: readonly PlacedFault[];
  /** What can be put in where the caret was last, from a list. */
  insertable?: { readonly label: string; readonly variables: readonly Variable[] };
};

/** A text that is completed while it is typed, with what is wrong with it below. */
export function CompletingField(props: CompletingFieldProps) {
  const { value, typed, commit, completions, faults, insertable, code, minRows = 2, ...shown } = props;
  const { t } = useTranslation();
  const list = useId();
  const field = useRef<HTMLTextAreaElement>(null);
  /** What is selected, or was when the field was left; before somebody was in it, its end. */
  const selected = useRef<readonly [number, number]>(undefined);
  const [text, setText] = useState(value);
  const [caret, setCaret] = useState<number | null>(null);
  const [active, setActive] = useState(0);
  useEffect(() => setText(value), [value]);
  const { from, options } = caret === null ? { from: 0, options: [] } : completions(text, caret);
  const isOpen = options.length > 0;
  const chosen = Math.min(active, options.length - 1);

  function change(next: string) {
    setText(next);
    typed?.(next);
  }

  function focusAt(place: number) {
    requestAnimationFrame(() => {
      field.current?.focus();
      field.current?.setSelectionRange(place, place);
    });
  }

  function complete({ insert }: Completion) {
    const to = from + insert.length;
    change(text.slice(0, from) + insert + text.slice(caret ?? from));
    setCaret(to);
    focusAt(to);
  }

  function insert(given: string) {
    const [place, end] = selected.current ?? [text.length, text.length];
    const next = text.slice(0, place) + given + text.slice(end);
    change(next);
    commit(next);
    focusAt(place + given.length);
  }

  function press(event: React.KeyboardEvent) {
    const option = options[chosen];
    if (!option) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      setActive((chosen + step + options.length) % options.length);
    } else if (event.key === "Enter" || event.key === "Tab") {
      event.preventDefault();
      complete(option);
    } else if (event.key === "Escape") {
      event.stopPropagation();
      setCaret(null);
    }
  }

  return (
    <div>
      <Textarea
        {...shown}
        ref={field}
        value={text}
        autosize
        minRows={minRows}
        spellCheck={!code}
        classNames={code ? { input: "code" } : {}}
        error={faults.length > 0}
        role="combobox"
        aria-expanded={isOpen}
        aria-autocomplete="list"
        aria-controls={list}
        aria-activedescendant={isOpen ? `${list}-${chosen}` : undefined}
        onChange={(event) => {
          change(event.currentTarget.value);
          setCaret(event.currentTarget.selectionStart);
          setActive(0);
        }}
        onKeyDown={press}
        onSelect={({ currentTarget }) => {
          selected.current = [currentTarget.selectionStart, currentTarget.selectionEnd];
        }}
        onBlur={() => {
          setCaret(null);
          if (text !== value) commit(text);
        }}
      />
      <div
        className={classes.completions}
        hidden={!isOpen}
        id={list}
        role="listbox"
        aria-label={t("document.completions")}
      >
        {options.map((option, index) => (
          <div
            key={option.insert}
            id={`${list}-${index}`}
            role="option"
            tabIndex={-1}
            aria-selected={index === chosen}
            // The field keeps the focus, so that it is not taken for left.
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => complete(option)}
            onKeyDown={press}
          >
            <code className="code">{option.insert}</code> <span className="faint">{option.about}</span>
          </div>
        ))}
      </div>
      {faults.length > 0 && (
        <ul className={classes.faults} aria-live="polite">
          {faults.map((fault) => (
            <li key={`${fault.at} ${fault.message}`}>
              {fault.excerpt && (
                <>
                  <code className="code">{fault.excerpt}</code>{" "}
                </>
              )}
              {fault.message}
              {fault.at !== undefined && (
                <>
                  {" "}
                  <button type="button" className={classes.link} onClick={() => focusAt(fault.at ?? 0)}>
                    {t("document.showPlace")}
                  </button>
                </>
              )}
            </li>
          ))}
        </ul>
      )}
      {insertable && <InsertValue {...insertable} insert={insert} />}
    </div>
  );
}
