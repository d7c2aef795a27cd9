/** The ways to customers that an installation has. */
export interface Messaging {
  smtpUrl: string | null;
  mailFrom: string | null;
  smsUrl: string | null;
  pushUrl: string | null;
  /** Signs what goes to these two. */
  webhookSecret: string | null;
  publicUrl: string;
}

/** Nothing is sent; the outbox keeps what would be. */
export const NO_MESSAGING: Messaging = {
  smtpUrl: null,
  mailFrom: null,
  smsUrl: null,
  pushUrl: null,
  webhookSecret: null,
  publicUrl: "http://127.0.0.1:4000",
};

export function readMessaging(variables: NodeJS.ProcessEnv, address: string): Messaging {
  const smtpUrl = addressIn("ORRERY_SMTP_URL", variables["ORRERY_SMTP_URL"], ["smtp:", "smtps:"]);
  const smsUrl = addressIn("ORRERY_SMS_URL", variables["ORRERY_SMS_URL"], ["https:", "http:"]);
  const pushUrl = addressIn("ORRERY_PUSH_URL", variables["ORRERY_PUSH_URL"], ["https:", "http:"]);
  const publicUrl = addressIn("ORRERY_PUBLIC_URL", variables["ORRERY_PUBLIC_URL"], ["https:", "http:"]);
  const mailFrom = variables["ORRERY_MAIL_FROM"] || null;
  const webhookSecret = variables["ORRERY_MESSAGE_SECRET"] || null;
  if (smtpUrl !== null && !/^[^\s@<>",;]+@[^\s@<>",;]+$/.test(mailFrom ?? ""))
    throw new Error("ORRERY_MAIL_FROM must be the address that emails come from, such as orders@shop.example.");
  const way = Object.entries({ ORRERY_SMTP_URL: smtpUrl, ORRERY_SMS_URL: smsUrl, ORRERY_PUSH_URL: pushUrl }).find(
    ([, url]) => url !== null,
  )?.[0];
  // Links in what customers get would lead to the inside of our network, or nowhere.
  if (way !== undefined && publicUrl === null)
    throw new Error(
      `ORRERY_PUBLIC_URL must be set with ${way}: the address where customers reach this server, such as https://orders.shop.example.`,
    );
  if ((smsUrl ?? pushUrl) !== null && !/^whsec_[A-Za-z0-9+/]{32,88}={0,2}$/.test(webhookSecret ?? ""))
    throw new Error("ORRERY_MESSAGE_SECRET must be whsec_ and 24 to 64 random bytes in base64.");
  return { smtpUrl, mailFrom, smsUrl, pushUrl, webhookSecret, publicUrl: publicUrl?.replace(/\/+$/, "") ?? address };
}

function addressIn(name: string, text: string | undefined, schemes: readonly string[]): string | null {
  if (text === undefined || text === "") return null;
  if (URL.canParse(text) && schemes.includes(new URL(text).protocol)) return text;
  throw new Error(`${name} must be an address that begins with ${schemes.join("// or ")}//.`);
}
