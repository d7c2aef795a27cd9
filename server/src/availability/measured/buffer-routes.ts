import { pageOf } from "../../platform/http/paging.ts";
import { route, type Route } from "../../platform/http/route.ts";
import {
  acceptBufferProposals,
  type BufferDependencies,
  listBufferProposals,
  withdrawMeasuredBuffers,
} from "./buffer-proposals.ts";
import { BufferProposal, BuffersChanged, BuffersToAccept, BuffersToWithdraw, ProposalQuery } from "./buffer-schemas.ts";

/** I5, I7: the system proposes the smallest buffers that keep shorts below a rate. */
export function bufferRoutes(dependencies: BufferDependencies): Route[] {
  const shared = { tag: "Availability", responses: { 200: BuffersChanged }, permission: "documents:publish" } as const;
  return [
    route({
      method: "GET",
      path: "/v1/availability/buffer-proposals",
      operationId: "listBufferProposals",
      summary: "The smallest buffers that would have kept shorts below a rate",
      description:
        "One per SKU and location of which units were promised and not there in these days, or at which a measured buffer is kept, along the codes. Only locations that the caller may see.",
      permission: "documents:read",
      tag: "Availability",
      query: ProposalQuery,
      responses: { 200: pageOf(BufferProposal, { $id: "BufferProposalPage" }) },
      handle: ({ query, principal }) => listBufferProposals(dependencies, query, principal),
    }),
    route({
      ...shared,
      method: "POST",
      path: "/v1/availability/buffer-proposals/accept",
      operationId: "acceptBufferProposals",
      summary: "Keep back what is proposed, at some positions or all that a filter finds",
      description:
        "In force within a quarter of a second. Of a measured buffer and that of a rule the larger one is kept back; where a rule names the SKU, that rule alone.",
      body: BuffersToAccept,
      handle: ({ body, principal, origin }) => acceptBufferProposals(dependencies, body, principal, origin),
    }),
    route({
      ...shared,
      method: "POST",
      path: "/v1/availability/buffer-proposals/withdraw",
      operationId: "withdrawMeasuredBuffers",
      summary: "Keep back nothing any more because it was measured",
      body: BuffersToWithdraw,
      handle: ({ body, principal, origin }) => withdrawMeasuredBuffers(dependencies, body, principal, origin),
    }),
  ];
}
