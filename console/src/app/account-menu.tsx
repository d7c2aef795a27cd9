import { lazy, Suspense, useState } from "react";
import { AccountButton } from "./account-button.tsx";

const loadMenu = () => import("./account-items.tsx");
const OpenAccountMenu = lazy(loadMenu);

/** Who is signed in, and the few things that belong to the person rather than to the work; loaded when it is wanted. */
export function AccountMenu({ compact }: { compact?: boolean }) {
  const [wanted, setWanted] = useState(false);
  const button = (
    <AccountButton
      compact={compact}
      aria-haspopup="menu"
      onClick={() => setWanted(true)}
      onPointerEnter={() => void loadMenu()}
      onFocus={() => void loadMenu()}
    />
  );
  if (!wanted) return button;
  return (
    <Suspense fallback={button}>
      <OpenAccountMenu compact={compact} />
    </Suspense>
  );
}
