import type { GatewayPort } from "../config/gateway/gateway";

/**
 * Name of the Service port of a gateway's port: Istio reads the protocol from the beginning of the name.
 *
 * @see https://istio.io/latest/docs/ops/configuration/traffic-management/protocol-selection/
 */
export function servicePortName({ kind, name }: Pick<GatewayPort, "kind" | "name">): string {
  const prefix = kind === "passthrough" ? "tls" : kind;
  return name === prefix || name.startsWith(`${prefix}-`) ? name : `${prefix}-${name}`;
}
