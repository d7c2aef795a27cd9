import { Type } from "typebox";
import type { UserAddresses } from "../access/public.ts";
import type { Transaction } from "../platform/db/database.ts";
import type { DocumentKind } from "../platform/documents/document-kind.ts";
import { idField } from "../platform/http/described.ts";
import { answerOnce, requestHash } from "../platform/http/idempotency.ts";
import { pageOf } from "../platform/http/paging.ts";
import { TokenBuckets } from "../platform/http/rate-limit.ts";
import { type Call, type Principal, type Route, route } from "../platform/http/route.ts";
import { common } from "../platform/refusals.ts";
import { type PageAnswer, answerLink, showLink } from "./answer-links.ts";
import { listMessages, MessagesQuery, readMessage } from "./list-messages.ts";
import { listTriggers, TriggerList } from "./list-triggers.ts";
import type { Messages } from "./messages.ts";
import { Bounce, clearBounce, noteBounce } from "./note-bounce.ts";
import { Preview, PreviewRequest, previewMessage, TestRequest } from "./preview-message.ts";
import { ANSWERS } from "./questions.ts";
import { readForm } from "./read-form.ts";
import { messageRefusals } from "./refusals.ts";
import { requestMessage } from "./request-message.ts";
import { eraseContent, resendMessage } from "./resend-message.ts";
import { sendTest, testRecipient, TestSent } from "./send-test.ts";
import { TEMPLATE_KIND } from "./template-documents.ts";
import { Message, MessageSummary } from "./view-messages.ts";

export interface MessageRoutesOptions {
  messages: Messages;
  /** Those of `messageDocuments`. */
  kinds: readonly DocumentKind[];
  addresses: UserAddresses;
}

const TAG = "Messages";
const Id = Type.Object({ id: Type.String({ format: "uuid", description: "The message's ID." }) });
const Token = Type.Object({
  token: Type.String({
    pattern: "^[\\w-]{1,64}$",
    description: "The secret of the link.",
    examples: ["Zk3vXq0tqg9l2mB1"],
  }),
});
const NewMessageId = Type.Object({ id: idField("ID of the new message (UUIDv7).") });
const { kinds: refused } = messageRefusals;

/** Of one address on the pages that messages link to: a person opens a few; whoever tries secrets gets nowhere. */
const VISITS = { perSecond: 1, burst: 30 };

/** Of one person or key: whoever writes a template looks at a few; a loop must not fill colleagues' mailboxes. */
const TESTS = { perSecond: 1 / 20, burst: 20 };

function refuseTooMany(buckets: TokenBuckets, who: string): void {
  const retryAfterSeconds = buckets.take(who);
  if (retryAfterSeconds > 0) throw common.refuse("tooManyRequests", { details: { retryAfterSeconds } });
}

export function messageRoutes({ messages, kinds, addresses }: MessageRoutesOptions): Route[] {
  const { database, source } = messages;
  const templates = kinds.find(({ kind }) => kind === TEMPLATE_KIND)!;
  const visitors = new TokenBuckets(VISITS);
  const testers = new TokenBuckets(TESTS);
  return [
    route({
      method: "GET",
      path: "/v1/message-triggers",
      operationId: "listMessageTriggers",
      permission: "documents:read",
      tag: TAG,
      summary: "What customers can be told of, and what its templates may name (F10)",
      responses: { 200: TriggerList },
      handle: () => listTriggers(messages),
    }),
    route({
      method: "POST",
      path: "/v1/message-previews",
      operationId: "previewMessage",
      permission: "messages:read",
      tag: TAG,
      summary: "Fill a template in with a real order",
      description:
        "Changes nothing. Nothing is sent or kept. The template need not be saved; its faults are told instead of a message.",
      body: PreviewRequest,
      responses: { 200: Preview },
      refuses: { nothingToTell: refused.nothingToTell, notFound: common.kinds.notFound },
      handle: async ({ body, principal, reply }) => {
        reply.code(200);
        refuseLimited(principal);
        return previewMessage(messages, templates, body.template, await source.findOrder(body.order, principal));
      },
    }),
    route({
      method: "POST",
      path: "/v1/message-tests",
      operationId: "sendTestMessage",
      permission: "messages:write",
      tag: TAG,
      summary: "Send a filled-in email template to oneself or a colleague",
      description:
        "Takes no `Idempotency-Key`: a second call sends a second test. It goes to people who can sign in here only: it tells of a real order. To whom is in the audit trail.",
      body: TestRequest,
      responses: { 200: TestSent },
      refuses: {
        nothingToTell: refused.nothingToTell,
        cannotSend: refused.cannotSend,
        noAddress: refused.noAddress,
        notAColleague: refused.notAColleague,
        tooManyRequests: common.kinds.tooManyRequests,
        notFound: common.kinds.notFound,
      },
      handle: async ({ body, principal, origin, reply }) => {
        reply.code(200);
        refuseLimited(principal);
        refuseTooMany(testers, principal.actor);
        const orderId = await source.findOrder(body.order, principal);
        const recipient = await testRecipient(addresses, principal.actor, body.to);
        return sendTest(messages, templates, { template: body.template, orderId, recipient, origin });
      },
    }),
    route({
      method: "GET",
      path: "/v1/messages",
      operationId: "listMessages",
      permission: "messages:read",
      tag: TAG,
      summary: "Messages to customers and alerts to people of the house, newest first",
      query: MessagesQuery,
      responses: { 200: pageOf(MessageSummary, { $id: "MessagePage" }) },
      handle: ({ query, principal }) => listMessages(database, query, principal),
    }),
    route({
      method: "GET",
      path: "/v1/messages/{id}",
      operationId: "getMessage",
      permission: "messages:read",
      tag: TAG,
      summary: "A message with its texts",
      params: Id,
      responses: { 200: Message },
      handle: ({ params, principal }) => readMessage(messages, params.id, principal),
    }),
    route({
      method: "POST",
      path: "/v1/messages",
      operationId: "requestMessage",
      permission: "messages:write",
      tag: TAG,
      summary: "Tell the customer of an order, for example that it is delayed",
      body: RequestBody,
      responses: { 201: Type.Object({ messageIds: Type.Array(Type.String(), { description: "One per medium." }) }) },
      key: "call",
      refuses: { notAskable: refused.notAskable, nobodyToTell: refused.nobodyToTell, notFound: common.kinds.notFound },
      handle: async (call) => {
        refuseLimited(call.principal);
        const orderId = await source.findOrder(call.body.order, call.principal);
        const { trigger, facts = {} } = call.body;
        return once(messages, "requestMessage", call, 201, (transaction) =>
          requestMessage(messages, transaction, { orderId, trigger, facts, origin: call.origin }),
        );
      },
    }),
    route({
      method: "POST",
      path: "/v1/messages/{id}/resend",
      operationId: "resendMessage",
      permission: "messages:write",
      tag: TAG,
      summary: "Send a message once more, written out anew",
      description: "With the template in force, and the customer's address as it is now.",
      params: Id,
      responses: { 201: NewMessageId },
      key: "call",
      refuses: { notFinished: refused.notFinished, notToACustomer: refused.notToACustomer },
      handle: async (call) => {
        await readMessage(messages, call.params.id, call.principal);
        return once(messages, "resendMessage", call, 201, (transaction) =>
          resendMessage(messages, transaction, call.params.id, call.origin),
        );
      },
    }),
    route({
      method: "POST",
      path: "/v1/messages/{id}/erase",
      operationId: "eraseMessage",
      permission: "messages:write",
      tag: TAG,
      summary: "Take address and texts of a message away for good",
      params: Id,
      responses: { 200: Type.Object({ erased: Type.Boolean({ description: "True." }) }) },
      key: "call",
      refuses: { notFinished: refused.notFinished },
      handle: async (call) => {
        await readMessage(messages, call.params.id, call.principal);
        return once(messages, "eraseMessage", call, 200, (transaction) =>
          eraseContent(transaction, call.params.id, call.origin),
        );
      },
    }),
    route({
      method: "POST",
      path: "/v1/message-bounces",
      operationId: "noteMessageBounce",
      permission: "messages:write",
      tag: TAG,
      summary: "Tell that an address takes no messages",
      description: "For whoever reads the mailbox of bounces, or a mail service's webhook. Nothing more is sent there.",
      body: Bounce,
      responses: {
        200: Type.Object({ noted: Type.Boolean({ description: "False: message and address are unknown." }) }),
      },
      key: "call",
      handle: (call) => {
        refuseLimitedToChannels(call.principal);
        return once(messages, "noteMessageBounce", call, 200, (transaction) =>
          noteBounce(messages, transaction, call.body, call.origin),
        );
      },
    }),
    route({
      method: "POST",
      path: "/v1/message-bounces/clear",
      operationId: "clearMessageBounce",
      permission: "messages:write",
      tag: TAG,
      summary: "Tell that an address takes messages again",
      body: Type.Object(
        {
          address: Type.String({
            minLength: 3,
            maxLength: 254,
            description: "The address.",
            examples: ["ada@example.com"],
          }),
        },
        { additionalProperties: false },
      ),
      responses: { 200: Type.Object({ cleared: Type.Boolean({ description: "True." }) }) },
      key: "call",
      handle: (call) => {
        refuseLimitedToChannels(call.principal);
        return once(messages, "clearMessageBounce", call, 200, async (transaction) =>
          clearBounce(transaction, call.body.address, call.origin),
        );
      },
    }),
    route({
      method: "GET",
      path: "/m/{token}",
      operationId: "showMessageLink",
      permission: "public",
      tag: TAG,
      summary: "The page that a link of a message opens",
      description:
        "For customers, who have no account here: the link's secret is what lets them in. It changes nothing.",
      params: Token,
      query: Type.Object(
        {
          answer: Type.Optional(
            Type.Enum([...ANSWERS], { description: "The answer that stands first.", examples: ["wait"] }),
          ),
        },
        { additionalProperties: false },
      ),
      responses: { 200: null, 404: null },
      produces: "text/html; charset=utf-8",
      refuses: { tooManyRequests: common.kinds.tooManyRequests },
      handle: async ({ params, query, request, reply }) => {
        refuseTooMany(visitors, request.ip);
        return answerPage(reply, await showLink(messages, params.token, query.answer));
      },
    }),
    route({
      method: "POST",
      path: "/m/{token}",
      operationId: "answerMessageLink",
      permission: "public",
      tag: TAG,
      summary: "The customer's answer on that page",
      description:
        "Says what is wrong with an order, whether to wait for what comes later than promised, or declines follow-ups (also in one click by RFC 8058). Takes no `Idempotency-Key`: the second time changes nothing.",
      params: Token,
      consumes: "application/x-www-form-urlencoded",
      responses: { 200: null, 404: null },
      produces: "text/html; charset=utf-8",
      refuses: { tooManyRequests: common.kinds.tooManyRequests },
      handle: async ({ params, request, reply }) => {
        refuseTooMany(visitors, request.ip);
        return answerPage(reply, await answerLink(messages, params.token, await readForm(request.body)));
      },
    }),
  ];
}

const RequestBody = Type.Object(
  {
    order: Type.String({ maxLength: 200, description: "ID, number or channel:reference.", examples: ["100001"] }),
    trigger: Type.String({
      maxLength: 64,
      description: "What to tell; see `asked` of the triggers.",
      examples: ["delayed"],
    }),
    facts: Type.Optional(
      Type.Record(Type.String({ maxLength: 64 }), Type.Unknown(), {
        maxProperties: 20,
        description: "What the trigger wants to know; no personal data.",
        examples: [{ expectedOn: "2026-11-30" }],
      }),
    ),
  },
  { additionalProperties: false, $id: "MessageRequest", description: "What to tell the customer of an order." },
);

type Reply = Call<unknown, unknown, unknown>["reply"];

function answerPage(reply: Reply, { status, html }: PageAnswer): string {
  void reply.code(status).headers({
    "content-security-policy":
      "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'",
    "referrer-policy": "no-referrer",
  });
  return html;
}

/** Messages tell of whole orders and their customers. */
function refuseLimited({ locationCodes }: Principal): void {
  if (locationCodes !== null)
    throw common.refuse("forbidden", {
      message: "Messages tell of whole orders; your access is limited to locations.",
    });
}

/** An address is one customer's in all channels. */
function refuseLimitedToChannels(principal: Principal): void {
  refuseLimited(principal);
  if (principal.channelCodes !== null)
    throw common.refuse("forbidden", { message: "Addresses belong to all channels; your access is limited to some." });
}

async function once<Answer extends object>(
  { database }: Messages,
  operation: string,
  { principal, idempotencyKey, params, body }: Call<unknown, unknown, unknown>,
  status: number,
  work: (transaction: Transaction) => Promise<Answer>,
): Promise<Answer> {
  const hash = requestHash(operation, params, body);
  const key = idempotencyKey === null ? null : { principal: principal.actor, key: idempotencyKey, hash };
  return await database.transaction((transaction) => answerOnce(transaction, key, status, () => work(transaction)));
}
