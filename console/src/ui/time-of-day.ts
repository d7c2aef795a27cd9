/**
 * What people type for a time of day as HH:MM: "9", "9.30", "930" and "09:30" are all understood. What is not understood
 * comes back as it is, so that the form can say so.
 */
export function readTimeOfDay(typed: string): string {
  const text = typed.trim();
  const parts = /^(\d{1,2})(?:[:.h ]?([0-5]\d))?$/.exec(text);
  if (!parts) return text;
  const hours = Number(parts[1]);
  const minutes = parts[2] ?? "00";
  return hours < 24 || (hours === 24 && minutes === "00") ? `${String(hours).padStart(2, "0")}:${minutes}` : text;
}
