export { messageAudit } from "./audit.ts";
export { forgetOldMessages } from "./forget-messages.ts";
export type { Formats } from "./formats.ts";
export { createMessages, messageDocuments, type Messages } from "./messages.ts";
export type { MessagePort } from "./ports.ts";
export { messageConsumer } from "./queue-messages.ts";
export {
  type Answer,
  ANSWERS,
  type AskedQuestion,
  type CustomerQuestions,
  ENDED_BY,
  type EndedBy,
} from "./questions.ts";
export type { MessageReports } from "./reports.ts";
export { messageJobs } from "./send-messages.ts";
export { staffMailJobs } from "./send-staff-mails.ts";
export { smtpPort } from "./smtp.ts";
export { putStaffMails, type StaffFacts, type StaffOccasion, type WriteStaffLetter } from "./staff-mails.ts";
export type { Medium } from "./template.ts";
export type { Audience, MessageSource, MessageSubject, MessageTrigger, Occasion } from "./triggers.ts";
export { webhookPort } from "./webhook-port.ts";
