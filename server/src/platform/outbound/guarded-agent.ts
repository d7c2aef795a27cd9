import { lookup, type LookupAddress } from "node:dns";
import { isIP, type LookupFunction, type Socket } from "node:net";
import { Agent, buildConnector } from "undici";
import { type OutboundPolicy, refusalOfAddress } from "./address-policy.ts";
import { OutboundRefused } from "./outbound-refused.ts";

export type Resolve = (hostname: string, callback: (error: Error | null, addresses: LookupAddress[]) => void) => void;

const CONNECT_TIMEOUT_MS = 5_000;
const KEEP_ALIVE_MS = 10_000;

const systemResolve: Resolve = (hostname, callback) => lookup(hostname, { all: true }, callback);

/**
 * Connections that the policy allows, and no others. Checked three times, because each check alone lets something
 * through: literal addresses (they are never looked up), what a name resolves to in the very moment of connecting (so that
 * a name cannot answer one thing when it is checked and another when it is used), and the address at the other end.
 */
export function guardedAgent(policy: OutboundPolicy, connections: number, resolve: Resolve = systemResolve): Agent {
  const connect: buildConnector.connector = (options, callback) => {
    const hostname = options.hostname.replace(/^\[|\]$/g, "");
    const secure = options.protocol === "https:";
    const port = Number(options.port || (secure ? 443 : 80));
    const refusalOf = (address: string): string | null => refusalOfAddress(policy, { address, port, secure });
    if (isIP(hostname) !== 0) {
      const refusal = refusalOf(hostname);
      if (refusal !== null) return callback(new OutboundRefused(refusal), null);
    }
    const connector = buildConnector({
      timeout: CONNECT_TIMEOUT_MS,
      allowH2: false,
      lookup: filteredLookup(resolve, refusalOf),
    });
    connector(options, (...result) => {
      const [error, socket] = result;
      if (error !== null) return callback(error, null);
      const refusal = refusalOf((socket as Socket).remoteAddress ?? "");
      if (refusal === null) return callback(null, socket);
      socket.destroy();
      callback(new OutboundRefused(refusal), null);
    });
  };
  return new Agent({ connect, connections, pipelining: 1, keepAliveTimeout: KEEP_ALIVE_MS });
}

/** Answers only addresses that may be reached; when there is none, why. */
function filteredLookup(resolve: Resolve, refusalOf: (address: string) => string | null): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname, (error, addresses) => {
      if (error !== null) return callback(error, "", 0);
      const allowed = addresses.filter(({ address }) => refusalOf(address) === null);
      const [first] = allowed;
      if (first === undefined) {
        const refusal = addresses[0] === undefined ? "it has no address" : refusalOf(addresses[0].address);
        return callback(new OutboundRefused(`${hostname}: ${refusal}`), "", 0);
      }
      if (options.all === true) callback(null, allowed);
      else callback(null, first.address, first.family);
    });
  };
}
