import { TextInput } from "@mantine/core";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";

type MomentFieldProps = {
  label: string;
  value: string | undefined;
  error: string | undefined;
  /** Undefined: all of it was emptied. */
  commit: (value: string | undefined) => void;
};

/** A moment in the reader's own time zone; it counts when the field is left. */
export function MomentField({ label, value, error, commit }: MomentFieldProps) {
  const { t } = useTranslation();
  const said = localOf(value);
  const [text, setText] = useState(said);
  const [isPart, setIsPart] = useState(false);
  useEffect(() => {
    setText(said);
    setIsPart(false);
  }, [said]);
  const leave = ({ badInput, rangeOverflow }: ValidityState): void => {
    // A date of which a part is missing has no text, as one that was emptied.
    const moment = new Date(text);
    const isWrong = badInput || rangeOverflow || (text !== "" && Number.isNaN(moment.getTime()));
    setIsPart(isWrong);
    if (!isWrong && text !== said) commit(text === "" ? undefined : moment.toISOString());
  };
  return (
    <TextInput
      type="datetime-local"
      label={label}
      max="9999-12-30T23:59"
      value={text}
      error={isPart ? t("control.noWholeDate") : error}
      onChange={(event) => setText(event.currentTarget.value)}
      onBlur={(event) => leave(event.currentTarget.validity)}
    />
  );
}

/** As the browser's field has it: `2026-11-27T08:00`, in local time. */
function localOf(moment: string | undefined): string {
  if (moment === undefined || Number.isNaN(Date.parse(moment))) return "";
  const at = new Date(moment);
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}
