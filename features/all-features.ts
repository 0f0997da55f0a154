import type { Feature } from "../composition/contribution";
import { exposureFeatures } from "../exposures/exposures";
import { addons } from "./addons/contribution";
import { accessLogs } from "./access-logs/contribution";
import { ambient } from "./ambient/contribution";
import { applications } from "./applications/contribution";
import { certManager } from "./cert-manager/contribution";
import { authorization } from "./authorization/contribution";
import { jwt } from "./jwt/contribution";
import { rateLimits } from "./rate-limits/contribution";
import { revisions } from "./revisions/contribution";
import { outboundHosts } from "./outbound-hosts/contribution";
import { cni } from "./cni/contribution";
import { controlPlane } from "./control-plane/contribution";
import { gatewayApi } from "./gateway-api/contribution";
import { gateways } from "./gateways/contribution";
import { health } from "./health/contribution";
import { ipFamilies } from "./ip-families/contribution";
import { issuers } from "./issuers/contribution";
import { meshCa } from "./mesh-ca/contribution";
import { metrics } from "./metrics/contribution";
import { multiCluster } from "./multi-cluster/contribution";
import { mutualTls } from "./mutual-tls/contribution";
import { namespaces } from "./namespaces/contribution";
import { networkPolicies } from "./network-policies/contribution";
import { tracing } from "./tracing/contribution";
import { nodeAutoscaler } from "./node-autoscaler/contribution";
import { outboundTraffic } from "./outbound-traffic/contribution";

/** Everything that a mesh can have. Chart values are written in this order. */
export const allFeatures: readonly Feature[] = [
  ...exposureFeatures,
  controlPlane,
  meshCa,
  multiCluster,
  revisions,
  cni,
  ambient,
  accessLogs,
  metrics,
  tracing,
  outboundTraffic,
  networkPolicies,
  mutualTls,
  outboundHosts,
  rateLimits,
  jwt,
  authorization,
  namespaces,
  certManager,
  issuers,
  gatewayApi,
  gateways,
  ipFamilies,
  health,
  addons,
  applications,
  nodeAutoscaler,
];
