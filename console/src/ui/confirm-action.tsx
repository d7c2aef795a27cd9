import { lazy, Suspense, useState } from "react";

export type ReasonOption = { value: string; label: string };

export type ConfirmActionProps = {
  opened: boolean;
  onClose: () => void;
  title: string;
  /** The verb on the button: "Cancel 3 lines", never "OK". */
  verb: string;
  danger?: boolean;
  /** Reason codes to choose from; without them no reason is asked. */
  reasons?: readonly ReasonOption[];
  /** What becomes of the reason. */
  reasonHint?: string;
  /** Asks for words beside the code. */
  withNote?: boolean;
  /** Asks for words that it cannot do without: they are the note. */
  words?: { label: string; example?: string; maxLength: number };
  /** Shows what will happen before it does. */
  children?: React.ReactNode;
  /** While false the button waits, because what the dialog asks is not filled in. */
  complete?: boolean;
  run: (given: { reason: string; note: string }) => Promise<unknown>;
};

const ConfirmDialog = lazy(() => import("./confirm-dialog.tsx"));

/**
 * A decision with its consequence and its reason on one sheet. It stays open, with the problem shown, when refused.
 * The sheet is loaded when it is first asked for; then it stays, so that it can leave the screen as it came.
 */
export function ConfirmAction(props: ConfirmActionProps) {
  const [wanted, setWanted] = useState(props.opened);
  if (props.opened && !wanted) setWanted(true);
  if (!wanted) return null;
  return (
    <Suspense>
      <ConfirmDialog {...props} />
    </Suspense>
  );
}
