import { Textarea } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useId, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { checkCondition } from "../../api/generated/sdk.gen.ts";
import type { WorkflowEntityType } from "../../api/generated/types.gen.ts";
import { type Completion, completionsAt } from "./complete-condition.ts";
import classes from "./editor.module.css";

type ConditionFieldProps = {
  entityType: WorkflowEntityType;
  value: string;
  commit: (expression: string) => unknown;
};

/** A condition, completed from what it may look at and checked by the server while it is typed. */
export function ConditionField({ entityType, value, commit }: ConditionFieldProps) {
  const { t } = useTranslation();
  const list = useId();
  const field = useRef<HTMLTextAreaElement>(null);
  const [text, setText] = useState(value);
  const [caret, setCaret] = useState<number | null>(null);
  const [active, setActive] = useState(0);
  useEffect(() => setText(value), [value]);
  const [asked] = useDebouncedValue(text, 300);
  const { data: faults = [] } = useQuery({
    queryKey: ["check-condition", entityType.name, asked],
    queryFn: async ({ signal }) =>
      (await checkCondition({ path: { name: entityType.name }, body: { expression: asked }, signal })).data.faults,
    staleTime: Number.POSITIVE_INFINITY,
    placeholderData: (before) => before,
  });
  const { from, options } =
    caret === null ? { from: 0, options: [] } : completionsAt(entityType.conditions, text, caret);
  const isOpen = options.length > 0;
  const chosen = Math.min(active, options.length - 1);

  function complete({ insert }: Completion) {
    const to = from + insert.length;
    setText(text.slice(0, from) + insert + text.slice(caret ?? from));
    setCaret(to);
    requestAnimationFrame(() => {
      field.current?.focus();
      field.current?.setSelectionRange(to, to);
    });
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
        ref={field}
        label={t("workflow.condition")}
        description={t("workflow.conditionHint")}
        placeholder='order.channel == "web"'
        value={text}
        autosize
        minRows={2}
        spellCheck={false}
        classNames={{ input: "code" }}
        error={faults.length > 0}
        role="combobox"
        aria-expanded={isOpen}
        aria-autocomplete="list"
        aria-controls={list}
        aria-activedescendant={isOpen ? `${list}-${chosen}` : undefined}
        onChange={(event) => {
          setText(event.currentTarget.value);
          setCaret(event.currentTarget.selectionStart);
          setActive(0);
        }}
        onKeyDown={press}
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
        aria-label={t("workflow.completions")}
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
            <li key={`${fault.start} ${fault.message}`}>
              {fault.end > fault.start && <code className="code">{asked.slice(fault.start, fault.end)}</code>}{" "}
              {fault.message}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
