import { SecurityGroup } from "@cdktf/provider-aws/lib/security-group";
import { VpcSecurityGroupEgressRule } from "@cdktf/provider-aws/lib/vpc-security-group-egress-rule";
import { VpcSecurityGroupIngressRule } from "@cdktf/provider-aws/lib/vpc-security-group-ingress-rule";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { eksNames } from "../../composition/cloud-names/eks-names";
import type { CalledPort } from "../../composition/components/component";

/** Properties of {@link EksSecurityGroups}. */
export interface EksSecurityGroupsProps {
  readonly environmentName: string;
  readonly vpcId: string;
  /** What the control plane calls on nodes. */
  readonly calledPorts: readonly CalledPort[];
}

/**
 * Defines who may talk to whom: nodes among themselves, nodes to the API server, the API server to what it calls.
 *
 * The group that EKS itself makes stays on the control plane alone; it lets its members reach each other on every
 * port, and everything out.
 *
 * @see https://docs.aws.amazon.com/eks/latest/userguide/sec-group-reqs.html
 */
export class EksSecurityGroups extends Construct {
  public readonly controlPlaneId: string;
  public readonly nodesId: string;
  public readonly rules: readonly ITerraformDependable[];

  public constructor(scope: Construct, id: string, props: EksSecurityGroupsProps) {
    super(scope, id);
    const { environmentName, vpcId } = props;
    const controlPlaneName = `${environmentName}-control-plane`;
    const controlPlane = new SecurityGroup(this, "control-plane", {
      name: controlPlaneName,
      description: `API server of EKS cluster ${environmentName}`,
      vpcId,
      tags: { Name: controlPlaneName },
    });
    const nodesName = eksNames.nodeSecurityGroup(environmentName);
    const nodes = new SecurityGroup(this, "nodes", {
      name: nodesName,
      description: `Nodes of EKS cluster ${environmentName}`,
      vpcId,
      // By this tag load balancer controllers find the group they may open for further load balancers.
      tags: { Name: nodesName, [`kubernetes.io/cluster/${eksNames.cluster(environmentName)}`]: "owned" },
    });
    this.controlPlaneId = controlPlane.id;
    this.nodesId = nodes.id;
    this.rules = [
      new VpcSecurityGroupIngressRule(this, "nodes-to-api", {
        securityGroupId: controlPlane.id,
        referencedSecurityGroupId: nodes.id,
        ipProtocol: "tcp",
        fromPort: 443,
        toPort: 443,
        description: "Nodes and pods to the Kubernetes API",
      }),
      // Pods share the node's group and listen where they like: Envoy, DNS, istiod, applications.
      new VpcSecurityGroupIngressRule(this, "nodes-to-nodes", {
        securityGroupId: nodes.id,
        referencedSecurityGroupId: nodes.id,
        ipProtocol: "-1",
        description: "Nodes and pods among themselves",
      }),
      // trivy:ignore:AVD-AWS-0104: where pods may go is `mesh.outboundTraffic`; images, AWS' APIs and DNS are outside the VPC as well.
      new VpcSecurityGroupEgressRule(this, "nodes-to-anywhere", {
        securityGroupId: nodes.id,
        cidrIpv4: "0.0.0.0/0",
        ipProtocol: "-1",
        description: "Nodes and pods to anywhere",
      }),
      ...props.calledPorts.map(
        ({ port, purpose }) =>
          new VpcSecurityGroupIngressRule(this, `api-to-${port}`, {
            securityGroupId: nodes.id,
            referencedSecurityGroupId: controlPlane.id,
            ipProtocol: "tcp",
            fromPort: port,
            toPort: port,
            description: `Kubernetes API to ${purpose}`,
          }),
      ),
    ];
  }
}
