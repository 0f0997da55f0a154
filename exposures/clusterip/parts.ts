import type { ExposureParts } from "../exposure-parts";
import { orEmpty, ownPorts } from "../load-balancer-parts";

/** A gateway inside the cluster answers under its Service's name. */
export const clusterIpParts: ExposureParts<"clusterip"> = {
  address: (_, { service, namespace, serviceName, gateway }) => {
    const hostname = `${serviceName}.${namespace}.svc.cluster.local`;
    return { hostname, ip: orEmpty(service.spec.get(0).clusterIp), address: hostname, ...ownPorts(gateway) };
  },
};
