import { TextInput } from "@mantine/core";
import { useEffect, useState } from "react";

type MomentFieldProps = {
  label: string;
  value: string | undefined;
  error: string | undefined;
  /** Undefined: it was emptied. */
  commit: (value: string | undefined) => void;
};

/** A moment in the reader's own time zone; it counts when the field is left. */
export function MomentField({ label, value, error, commit }: MomentFieldProps) {
  const said = localOf(value);
  const [text, setText] = useState(said);
  useEffect(() => setText(said), [said]);
  return (
    <TextInput
      type="datetime-local"
      label={label}
      value={text}
      error={error}
      onChange={(event) => setText(event.currentTarget.value)}
      onBlur={() => text !== said && commit(text === "" ? undefined : new Date(text).toISOString())}
    />
  );
}

/** As the browser's field has it: `2026-11-27T08:00`, in local time. */
function localOf(moment: string | undefined): string {
  if (moment === undefined || Number.isNaN(Date.parse(moment))) return "";
  const at = new Date(moment);
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}
