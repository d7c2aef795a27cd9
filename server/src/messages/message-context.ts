import { Type } from "typebox";
import { orNull, textField } from "../platform/http/described.ts";

/** What every message may name, whatever it tells of. */
export const EVERY_MESSAGE = Type.Object({
  sender: Type.Object(
    {
      name: textField("Who writes, as the customer knows it.", "Harbour & Co"),
      shopUrl: orNull(textField("Where the shop is.", "https://harbour.example")),
      supportEmail: orNull(textField("Where customers write for help.", "service@harbour.example")),
      supportPhone: orNull(textField("Where customers call for help.", "+44 113 496 0000")),
    },
    { description: "In whose name the message goes out." },
  ),
  links: Type.Object(
    {
      reportProblem: textField(
        "Opens a page on which the customer says what is wrong; it opens a case.",
        "https://orders.harbour.example/m/4f0d…",
      ),
      declineFollowUps: orNull(
        textField(
          "Opens a page on which the customer declines follow-ups; only in follow-ups.",
          "https://orders.harbour.example/m/7a50…",
        ),
      ),
      answerQuestion: orNull(
        textField(
          "Opens a page on which the customer answers what the message asks, with ?answer=wait, change or cancel at its end in one click; only in messages that ask.",
          "https://orders.harbour.example/m/9c31…",
        ),
      ),
    },
    { description: "Pages that work without signing in." },
  ),
});
