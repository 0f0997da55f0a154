import type { ITerraformDependable } from "cdktf";
import type { Construct } from "constructs";
import type { ExposureKind, ExposureOf } from "../config/gateway/exposure";
import type { GatewayConfig } from "../config/gateway/gateway";
import { azureLbParts } from "./azure-lb/parts";
import { clusterIpParts } from "./clusterip/parts";
import type { Address, AnsweringService, Attachments, ExposureParts, PartsContext } from "./exposure-parts";
import { loadBalancerParts } from "./load-balancer-parts";
import { nlbParts } from "./nlb/parts";
import { nodePortParts } from "./nodeport/parts";

const parts: { readonly [Kind in ExposureKind]: ExposureParts<Kind> } = {
  nlb: nlbParts,
  "azure-lb": azureLbParts,
  nodeport: nodePortParts,
  metallb: loadBalancerParts,
  "load-balancer": loadBalancerParts,
  clusterip: clusterIpParts,
};

/** Defines what answers the Services of all gateways; returns what must run before them, and until they are gone. */
export function exposureControllers(
  scope: Construct,
  context: PartsContext,
): readonly ITerraformDependable[] {
  const used = new Set(context.environment.gateways.map(({ exposure }) => exposure.kind));
  return [...used].flatMap((kind) => parts[kind].controller?.(scope, context) ?? []);
}

/** Defines what a gateway's load balancer is given, if it has one that needs something. */
export function gatewayAttachments(
  scope: Construct,
  id: string,
  gateway: GatewayConfig,
  context: PartsContext,
): Attachments | undefined {
  return attachmentsOf(gateway.exposure, scope, id, gateway, context);
}

function attachmentsOf<Kind extends ExposureKind>(
  exposure: ExposureOf<Kind> & { readonly kind: Kind },
  scope: Construct,
  id: string,
  gateway: GatewayConfig,
  context: PartsContext,
): Attachments | undefined {
  const { attachments } = parts[exposure.kind] as ExposureParts<Kind>;
  return attachments?.(scope, id, { ...gateway, exposure }, context);
}

/** Where a gateway answers. */
export function addressOf(answering: AnsweringService): Address {
  return addressOfKind(answering.gateway.exposure, answering);
}

function addressOfKind<Kind extends ExposureKind>(
  exposure: ExposureOf<Kind> & { readonly kind: Kind },
  answering: AnsweringService,
): Address {
  return (parts[exposure.kind] as ExposureParts<Kind>).address(exposure, answering);
}
