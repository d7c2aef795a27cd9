/** The request must not be sent to where it would go; trying again is of no use until something changes. */
export class OutboundRefused extends Error {}
