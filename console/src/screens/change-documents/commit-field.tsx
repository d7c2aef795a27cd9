import { Textarea, TextInput } from "@mantine/core";
import { useEffect, useState } from "react";

type CommitFieldProps = {
  label: string;
  value: string;
  commit: (value: string) => unknown;
  description?: React.ReactNode;
  error?: React.ReactNode;
  placeholder?: string;
  required?: boolean;
  multiline?: boolean;
  maxLength?: number;
};

/** A text that counts when it is left or Enter is pressed: one step for undoing, however many letters it has. */
export function CommitField({ value, commit, multiline, ...props }: CommitFieldProps) {
  const [text, setText] = useState(value);
  useEffect(() => setText(value), [value]);
  const done = () => text !== value && commit(text);
  const shared = {
    ...props,
    value: text,
    onChange: (event: React.ChangeEvent<HTMLInputElement | HTMLTextAreaElement>) => setText(event.currentTarget.value),
    onBlur: done,
  };
  if (multiline) return <Textarea {...shared} autosize minRows={2} />;
  return <TextInput {...shared} onKeyDown={(event) => event.key === "Enter" && done()} />;
}
