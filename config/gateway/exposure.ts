import { z } from "zod";
import { azureLbExposure } from "../../exposures/azure-lb/keys";
import { clusterIpExposure } from "../../exposures/clusterip/keys";
import { loadBalancerExposure } from "../../exposures/load-balancer/keys";
import { metallbExposure } from "../../exposures/metallb/keys";
import { nlbExposure } from "../../exposures/nlb/keys";
import { nodePortExposure } from "../../exposures/nodeport/keys";

/** How the world reaches a gateway. Each kind has a folder in `exposures/`. */
export const exposure = z.discriminatedUnion("kind", [
  nlbExposure,
  azureLbExposure,
  metallbExposure,
  loadBalancerExposure,
  nodePortExposure,
  clusterIpExposure,
]);

export type Exposure = z.output<typeof exposure>;
export type ExposureKind = Exposure["kind"];
/** The keys of one kind. */
export type ExposureOf<Kind extends ExposureKind> = Extract<Exposure, { readonly kind: Kind }>;
