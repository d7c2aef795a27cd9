import { refusals } from "../platform/refusals.ts";

export const messageRefusals = refusals({
  notFinished: { status: 409, title: "It is still being sent; wait until it has come to its end." },
  notAskable: { status: 422, title: "Nobody can ask for this message: only its events give reason to it." },
  notToACustomer: { status: 409, title: "It alerts somebody of the house; what is still open escalates again." },
  nothingToTell: { status: 409, title: "The order has nothing of the kind to tell; choose another order." },
  nobodyToTell: { status: 409, title: "There is no template in force for it, or the customer cannot be reached." },
  cannotSend: { status: 409, title: "This installation has no way to send it." },
  noAddress: { status: 409, title: "API keys have no address of their own; say which colleague the test is for." },
  notAColleague: { status: 422, title: "Tests go to people who can sign in here; nobody has this address." },
});
