import ipaddr from "ipaddr.js";

/** Where requests that users configure may go. */
export interface OutboundPolicy {
  /** Own networks that may be reached all the same, at any port and without TLS. */
  allowedNetworks: readonly AddressRange[];
  /** Ports of the public internet; 80 among them allows plain HTTP there. */
  ports: readonly number[];
}

export type AddressRange = [address: ipaddr.IPv4 | ipaddr.IPv6, bits: number];

export const PUBLIC_ONLY: OutboundPolicy = { allowedNetworks: [], ports: [443] };

/** `10.1.0.0/16`, `127.0.0.1`, `::1`; null for anything else. */
export function parseAddressRange(text: string): AddressRange | null {
  if (ipaddr.isValidCIDR(text)) return ipaddr.parseCIDR(text);
  if (!ipaddr.isValid(text)) return null;
  const address = ipaddr.parse(text);
  return [address, address.kind() === "ipv4" ? 32 : 128];
}

/** Why a connection is refused, for people; null when it may be made. */
export function refusalOfAddress(
  policy: OutboundPolicy,
  target: { address: string; port: number; secure: boolean },
): string | null {
  if (!ipaddr.isValid(target.address)) return `${target.address} is no address`;
  // An IPv4 address in the clothes of IPv6 is judged as what it is.
  const address = ipaddr.process(target.address);
  if (policy.allowedNetworks.some((range) => isInside(address, range))) return null;
  if (address.range() !== "unicast")
    return `${target.address} is not a public address (${address.range()}) and its network is not allowed`;
  if (!policy.ports.includes(target.port)) return `port ${target.port} is not allowed`;
  if (!target.secure && target.port !== 80) return "it needs https";
  return null;
}

function isInside(address: ipaddr.IPv4 | ipaddr.IPv6, [network, bits]: AddressRange): boolean {
  return address.kind() === network.kind() && address.match(network, bits);
}
