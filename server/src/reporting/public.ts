export { auditChecks } from "./prove.ts";
