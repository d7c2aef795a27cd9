import "./base.css";
import "./component-styles.ts";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./app.tsx";
import { startTexts } from "./texts.ts";

const root = document.getElementById("root");
if (!root) throw new Error('index.html has no element with the ID "root".');

/**
 * A tab that outlived a release asks for a screen whose file is gone. Loading the page anew brings the new release;
 * once a minute at most, so that a file that is really missing does not turn into a loop.
 */
window.addEventListener("vite:preloadError", () => {
  const key = "orrery.reloadedAt";
  if (Date.now() - Number(sessionStorage.getItem(key) ?? 0) < 60_000) return;
  sessionStorage.setItem(key, String(Date.now()));
  location.reload();
});

await startTexts();
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
