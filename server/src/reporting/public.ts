export { lowerAuditChecks } from "./prove.ts";
