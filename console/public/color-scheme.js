// Runs before the first paint, so that a dark console never flashes white. A file rather than an inline
// script, because the content security policy allows no inline scripts. The key is Mantine's own.
try {
  const stored = localStorage.getItem("mantine-color-scheme-value");
  const dark = matchMedia("(prefers-color-scheme: dark)").matches;
  const scheme = stored === "light" || stored === "dark" ? stored : dark ? "dark" : "light";
  document.documentElement.setAttribute("data-mantine-color-scheme", scheme);
} catch {
  document.documentElement.setAttribute("data-mantine-color-scheme", "light");
}
