import { DataAwsLbHostedZoneId } from "@cdktf/provider-aws/lib/data-aws-lb-hosted-zone-id";
import { Route53Record } from "@cdktf/provider-aws/lib/route53-record";
import { TerraformStack } from "cdktf";
import { Construct } from "constructs";
import { recordIds } from "../../composition/construct-ids";
import { awsProviderOf } from "./other-account";

/** Properties of {@link Route53Records}. */
export interface Route53RecordsProps {
  readonly zoneId: string;
  /** Role of the zone's account. @default the zone is in the stack's own */
  readonly roleArn: string | undefined;
  /** Host names in the zone; `*.` in front stands for every name below. */
  readonly hosts: readonly string[];
  /** Host name of the gateway's Network Load Balancer. */
  readonly loadBalancerHostname: string;
}

/**
 * Defines alias records that lead the host names of a gateway to its load balancer.
 *
 * @see https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/routing-to-elb-load-balancer.html
 */
export class Route53Records extends Construct {
  public constructor(scope: Construct, id: string, props: Route53RecordsProps) {
    super(scope, id);
    const balancers = new DataAwsLbHostedZoneId(this, "load-balancers", { loadBalancerType: "network" });
    const idOf = recordIds(props.hosts);
    const elsewhere =
      props.roleArn === undefined ? {} : { provider: awsProviderOf(TerraformStack.of(this), props.roleArn) };
    for (const host of props.hosts) {
      new Route53Record(this, idOf(host), {
        ...elsewhere,
        zoneId: props.zoneId,
        name: host,
        type: "A",
        alias: { name: props.loadBalancerHostname, zoneId: balancers.id, evaluateTargetHealth: true },
      });
    }
  }
}
