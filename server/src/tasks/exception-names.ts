/** Kinds that Orrery raises by itself, for mails; people and other systems report others under names of their own. */
const NAMES: Readonly<Record<string, readonly [en: string, de: string]>> = {
  jobParked: ["Work given up", "Arbeit aufgegeben"],
  timerFailed: ["Timer fails", "Zeitgeber scheitert"],
  timerSkipped: ["Timer skipped", "Zeitgeber übersprungen"],
  workflowFailed: ["Workflow stuck", "Ablauf steckt fest"],
  workflowRuleFailed: ["Choice of workflow failed", "Wahl des Ablaufs gescheitert"],
  overdueFailed: ["Missed cut-off not told", "Versäumter Annahmeschluss nicht gemeldet"],
  shortOrder: ["Stock short", "Bestand fehlt"],
  rejectedOrder: ["Rejected by a location", "Vom Standort abgelehnt"],
  waitsForStock: ["Waits for stock", "Wartet auf Ware"],
  supplyChanged: ["Later than promised", "Später als zugesagt"],
  supplyLate: ["Expected receipt is late", "Erwarteter Eingang verspätet"],
  supplyShort: ["Expected receipt falls short", "Erwarteter Eingang bleibt zurück"],
  shipmentLost: ["Shipment lost", "Sendung verloren"],
  customerUnreachable: ["Customer unreachable", "Kunde nicht erreichbar"],
  customerReport: ["Customer reports a problem", "Kunde meldet ein Problem"],
  colleagueUnreachable: ["Colleague gets no alerts", "Kollege erhält keine Alarme"],
  consumerBlocked: ["Follower of the feed stuck", "Leser des Feeds steckt fest"],
  webhookFailing: ["Webhook fails", "Webhook scheitert"],
  webhookDisabled: ["Webhook switched off", "Webhook abgeschaltet"],
  webhookGap: ["Webhook missed events", "Webhook hat Ereignisse verpasst"],
  massActionStopped: ["Mass action stopped", "Massenaktion angehalten"],
  paymentMismatch: ["Payment does not match", "Zahlung passt nicht"],
  timesOutOfOrder: ["Times out of order", "Zeiten in falscher Folge"],
  orderWithoutLines: ["Order without lines", "Auftrag ohne Positionen"],
};

/** A kind in words; one of somebody else's making is told as he wrote it, apart: "carrier contradiction". */
export function nameOfException(kind: string, language: "en" | "de"): string {
  const known = NAMES[kind];
  if (known !== undefined) return known[language === "en" ? 0 : 1];
  const words = kind.replace(/([A-Z])/g, (letter) => ` ${letter.toLowerCase()}`);
  return words.charAt(0).toUpperCase() + words.slice(1);
}
