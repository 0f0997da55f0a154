import type { DataKubernetesServiceV1 } from "@cdktf/provider-kubernetes/lib/data-kubernetes-service-v1";
import type { ITerraformDependable } from "cdktf";
import type { Construct } from "constructs";
import type { LoadBalancerFacts } from "../composition/cluster-facts";
import type { Images } from "../composition/images";
import type { Environment } from "../config/environment";
import type { ExposureKind, ExposureOf } from "../config/gateway/exposure";
import type { GatewayConfig } from "../config/gateway/gateway";
import type { CloudAccess } from "../modules/cluster/cluster-access";
import type { ChartLibrary } from "../modules/release/chart-library";

/** Where a gateway answers. Absent parts are "", because Terraform drops outputs that are null. */
export interface Address {
  readonly hostname: string;
  readonly ip: string;
  readonly address: string;
  readonly httpPort: string;
  readonly httpsPort: string;
  readonly statusPort: string;
}

/** What Terraform owns of one gateway's load balancer. */
export interface Attachments extends LoadBalancerFacts {
  /** What must exist before the Service, and until it is gone. */
  readonly ready: readonly ITerraformDependable[];
}

/** What the parts of an exposure are made from. */
export interface PartsContext {
  readonly environment: Environment;
  readonly cloud: CloudAccess;
  readonly charts: ChartLibrary;
  readonly images: Images;
}

/** A gateway's Service, once its release is ready. */
export interface AnsweringService {
  /** Where what must be read beside it is defined. */
  readonly scope: Construct;
  readonly service: DataKubernetesServiceV1;
  readonly namespace: string;
  readonly serviceName: string;
  readonly gateway: GatewayConfig;
}

/** What an exposure needs of Terraform, beside the releases that {@link ExposureDefinition} contributes. */
export interface ExposureParts<Kind extends ExposureKind> {
  /**
   * Defines what answers Services of this kind, once for all gateways; returns what must run before such a Service,
   * and until it is gone.
   *
   * @default the cluster brings it
   */
  readonly controller?: (scope: Construct, context: PartsContext) => readonly ITerraformDependable[];
  /** Defines what one gateway's load balancer is given, if anything. @default nothing */
  readonly attachments?: (
    scope: Construct,
    id: string,
    gateway: GatewayConfig & { readonly exposure: ExposureOf<Kind> },
    context: PartsContext,
  ) => Attachments | undefined;
  /** Defines what must be read to know where a gateway answers. */
  readonly address: (exposure: ExposureOf<Kind>, answering: AnsweringService) => Address;
}
