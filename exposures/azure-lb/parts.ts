import { noLoadBalancerFacts } from "../../composition/cluster-facts";
import { aksNames } from "../../composition/cloud-names/aks-names";
import { AksPublicAddress } from "../../modules/aks/aks-public-address";
import type { ExposureParts } from "../exposure-parts";
import { loadBalancerParts } from "../load-balancer-parts";

/** What an Azure load balancer needs of Terraform: its static address, where no cluster stack made it. */
export const azureLbParts: ExposureParts<"azure-lb"> = {
  ...loadBalancerParts,
  attachments: (scope, id, { name, exposure }, { cloud, environment }) => {
    if (cloud.kind !== "azure" || cloud.addresses === undefined) return undefined;
    if (exposure.scheme !== "public" || !exposure.staticAddress) return undefined;
    const { publicIp } = new AksPublicAddress(scope, `${id}-azure-lb`, {
      ...cloud.addresses,
      name: aksNames(environment.name).publicAddress(name),
      dnsLabel: exposure.dnsLabel,
    });
    return { ...noLoadBalancerFacts, ready: [publicIp] };
  },
};
