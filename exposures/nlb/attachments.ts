import { DataAwsSecurityGroup } from "@cdktf/provider-aws/lib/data-aws-security-group";
import { Eip } from "@cdktf/provider-aws/lib/eip";
import { SecurityGroup } from "@cdktf/provider-aws/lib/security-group";
import { VpcSecurityGroupEgressRule } from "@cdktf/provider-aws/lib/vpc-security-group-egress-rule";
import { VpcSecurityGroupIngressRule } from "@cdktf/provider-aws/lib/vpc-security-group-ingress-rule";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import type { GatewayConfig } from "../../config/gateway/gateway";
import type { Attachments } from "../exposure-parts";
import { servicePorts } from "../service-ports";
import { statusPort } from "../status-port";
import { NlbGuard } from "./guard";
import type { NlbAddresses, NlbExposure } from "./keys";

/** Properties of {@link NlbAttachments}. */
export interface NlbAttachmentsProps {
  readonly environmentName: string;
  readonly gateway: GatewayConfig;
  readonly exposure: NlbExposure;
  readonly vpcId: string;
  /** Security group of nodes and pods. */
  readonly nodeSecurityGroup: { readonly name: string } | { readonly id: string };
  /** Number of zones that the load balancer has, each of which gives it one address. */
  readonly zones: number;
}

/**
 * Defines what a gateway's load balancer is given: its security group, its way to the pods, its addresses.
 *
 * Terraform owns the group, and not the controller, so that a destroy takes it away after the load balancer.
 *
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-security-groups.html
 */
export class NlbAttachments extends Construct implements Attachments {
  public readonly securityGroupId: string;
  public readonly allocationIds: readonly string[];
  public readonly ready: readonly ITerraformDependable[];

  public constructor(scope: Construct, id: string, props: NlbAttachmentsProps) {
    super(scope, id);
    const { environmentName, gateway, exposure, vpcId } = props;
    const name = `${environmentName}-${gateway.name}-nlb`;
    const ports = servicePorts(gateway).map(({ port }) => port);
    const nodes = new DataAwsSecurityGroup(this, "nodes", {
      ...props.nodeSecurityGroup,
      vpcId,
    });
    // checkov:skip=CKV2_AWS_5: the load balancer controller attaches it, told by an annotation of the Service
    const group = new SecurityGroup(this, "security-group", {
      name,
      description: `Load balancer of gateway ${gateway.name}`,
      vpcId,
      tags: { Name: name },
    });
    this.securityGroupId = group.id;
    this.allocationIds = this.addresses(name, exposure.addresses, props.zones);
    const { checked } = new NlbGuard(this, "guard", { gatewayName: gateway.name, exposure });
    this.ready = [
      checked,
      ...ports.flatMap((port) => this.fromClients(group, exposure, port)),
      // Whether a pod is ready the load balancer asks in any case.
      ...[...new Set([statusPort, ...ports])].flatMap((port) => this.toPods(group, nodes, port)),
    ];
  }

  private fromClients(
    group: SecurityGroup,
    exposure: NlbExposure,
    port: number,
  ): readonly ITerraformDependable[] {
    // checkov:skip=CKV_AWS_260: port 80 only redirects; who reaches it is exposure.allowedSourceRanges
    const ranges = exposure.allowedSourceRanges.length === 0 ? ["0.0.0.0/0"] : exposure.allowedSourceRanges;
    return [...new Set(ranges)].map(
      (range) =>
        new VpcSecurityGroupIngressRule(this, `from-${range.replaceAll(/[./]/g, "-")}-to-${port}`, {
          securityGroupId: group.id,
          cidrIpv4: range,
          ipProtocol: "tcp",
          fromPort: port,
          toPort: port,
          description: "Clients of the gateway",
        }),
    );
  }

  private toPods(
    group: SecurityGroup,
    nodes: DataAwsSecurityGroup,
    port: number,
  ): readonly ITerraformDependable[] {
    const ports = { ipProtocol: "tcp", fromPort: port, toPort: port };
    return [
      new VpcSecurityGroupEgressRule(this, `to-pods-${port}`, {
        securityGroupId: group.id,
        referencedSecurityGroupId: nodes.id,
        ...ports,
        description: "Traffic and health checks to the gateway's pods",
      }),
      new VpcSecurityGroupIngressRule(this, `into-pods-${port}`, {
        securityGroupId: nodes.id,
        referencedSecurityGroupId: group.id,
        ...ports,
        description: "Load balancer to the gateway's pods",
      }),
    ];
  }

  private addresses(name: string, addresses: NlbAddresses, zones: number): readonly string[] {
    switch (addresses.kind) {
      case "allocate":
        return Array.from(
          { length: zones },
          (_, zone) =>
            new Eip(this, `address-${zone + 1}`, {
              domain: "vpc",
              tags: { Name: `${name}-${zone + 1}` },
            }).allocationId,
        );
      case "elastic-ips":
        return addresses.allocationIds;
      case "assigned":
      case "private":
        return [];
    }
  }
}
