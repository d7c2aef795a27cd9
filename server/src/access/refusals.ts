import { refusals } from "../platform/refusals.ts";

export const access = refusals({
  wrongCredentials: { status: 401, title: "There is no enabled user with this email and password." },
  tooManyAttempts: { status: 429, title: "Too many failed attempts; wait as long as Retry-After says." },
  foreignOrigin: { status: 403, title: "A signed-in browser may change things only from Orrery's own pages." },
  notAUser: { status: 403, title: "This is for signed-in users; an API key cannot do it." },
  grantsTooMuch: { status: 403, title: "You cannot give, take over or change rights that you do not have yourself." },
  lastAdmin: { status: 409, title: "This would leave no enabled administrator." },
  emailTaken: { status: 409, title: "Another user has this email." },
  fixedRole: { status: 409, title: "The role admin always has every permission and cannot be changed." },
});
