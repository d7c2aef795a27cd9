import { UnstyledButton } from "@mantine/core";
import { useRef, useState } from "react";
import classes from "./drop-zone.module.css";
import { formatBytes } from "./format.ts";

type DropZoneProps = {
  file: File | undefined;
  choose: (file: File | undefined) => void;
  disabled?: boolean;
  /** As an input of files takes it: ".csv,text/csv". */
  accept: string;
  label: string;
  icon: React.ReactNode;
  /** Says what to drop or choose, while there is no file. */
  children: React.ReactNode;
};

/** Takes one file, dropped or chosen. */
export function DropZone({ file, choose, disabled, accept, label, icon, children }: DropZoneProps) {
  const input = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  return (
    <>
      <UnstyledButton
        className={classes.drop}
        data-over={over || undefined}
        disabled={disabled}
        onClick={() => input.current?.click()}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={(event) => {
          event.preventDefault();
          setOver(false);
          choose(event.dataTransfer.files[0]);
        }}
      >
        {icon}
        {file ? (
          <span>
            <strong>{file.name}</strong> <span className="soft">{formatBytes(file.size)}</span>
          </span>
        ) : (
          <span className="soft">{children}</span>
        )}
      </UnstyledButton>
      <input
        ref={input}
        type="file"
        accept={accept}
        aria-label={label}
        className="visually-hidden"
        tabIndex={-1}
        onChange={(event) => {
          choose(event.currentTarget.files?.[0]);
          // The same file, mended, can be chosen again.
          event.currentTarget.value = "";
        }}
      />
    </>
  );
}
