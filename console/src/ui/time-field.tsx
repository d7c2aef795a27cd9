import { TextInput, type TextInputProps } from "@mantine/core";
import { readTimeOfDay } from "./time-of-day.ts";

type TimeFieldProps = Omit<TextInputProps, "value" | "onChange"> & {
  value?: string;
  onChange: (time: string) => void;
};

/** A time of day by the keyboard alone: four strokes. (The browser's own field cannot hold 24:00, when many shops close.) */
export function TimeField({ value = "", onChange, ...props }: TimeFieldProps) {
  return (
    <TextInput
      {...props}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      onBlur={() => onChange(readTimeOfDay(value))}
      autoComplete="off"
      maxLength={5}
      w={props.w ?? 78}
    />
  );
}
