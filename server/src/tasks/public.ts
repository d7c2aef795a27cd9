export { type ExceptionToRaise, raiseExceptions } from "./raise-exceptions.ts";
