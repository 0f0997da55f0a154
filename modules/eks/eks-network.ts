import { DataAwsAvailabilityZones } from "@cdktf/provider-aws/lib/data-aws-availability-zones";
import { DefaultSecurityGroup } from "@cdktf/provider-aws/lib/default-security-group";
import { Eip } from "@cdktf/provider-aws/lib/eip";
import { InternetGateway } from "@cdktf/provider-aws/lib/internet-gateway";
import { NatGateway } from "@cdktf/provider-aws/lib/nat-gateway";
import { Route } from "@cdktf/provider-aws/lib/route";
import { RouteTable } from "@cdktf/provider-aws/lib/route-table";
import { RouteTableAssociation } from "@cdktf/provider-aws/lib/route-table-association";
import { Subnet, type SubnetConfig } from "@cdktf/provider-aws/lib/subnet";
import { Vpc } from "@cdktf/provider-aws/lib/vpc";
import { VpcEndpoint } from "@cdktf/provider-aws/lib/vpc-endpoint";
import { Fn, type ITerraformDependable, Op, propertyAccess, Token } from "cdktf";
import { Construct } from "constructs";
import type { NewAwsNetwork } from "../../config/target/aws-network";
import { subnetLayout, type ZoneSubnets } from "../../config/target/subnet-layout";

/** Properties of an {@link EksNetwork}. */
export interface EksNetworkProps {
  readonly environmentName: string;
  readonly region: string;
  readonly network: NewAwsNetwork;
}

/** Zones whose subnets EKS refuses for its control plane. */
const zonesWithoutEks = ["use1-az3", "usw1-az2", "cac1-az3"];

/**
 * Defines the VPC: in every zone a private subnet for nodes and pods and a public one for NAT and load balancers.
 *
 * @see https://docs.aws.amazon.com/eks/latest/userguide/network-reqs.html
 */
export class EksNetwork extends Construct {
  public readonly vpcId: string;
  /** Ids of the private subnets, one for each zone, in order. */
  public readonly privateSubnetIds: readonly string[];
  /** The ways out of the private subnets; a node without one never joins, and never leaves cleanly. */
  public readonly routes: readonly ITerraformDependable[];

  private readonly name: string;
  private readonly internet: InternetGateway;
  private readonly zoneNames: readonly string[];

  public constructor(scope: Construct, id: string, props: EksNetworkProps) {
    super(scope, id);
    const { network } = props;
    this.name = props.environmentName;
    // checkov:skip=CKV_AWS_394: only the first ones by name are used; target.network.zoneNames pins them
    const offered = new DataAwsAvailabilityZones(this, "zones", {
      state: "available",
      excludeZoneIds: zonesWithoutEks,
      filter: [{ name: "opt-in-status", values: ["opt-in-not-required"] }],
    });
    const vpc = new Vpc(this, "vpc", {
      cidrBlock: network.cidr,
      enableDnsSupport: true,
      enableDnsHostnames: true,
      tags: { Name: this.name },
      lifecycle: {
        precondition: [
          {
            condition: Op.gte(Fn.lengthOf(offered.names), network.zones),
            errorMessage: `${props.region} offers fewer zones than target.network.zones (${network.zones}); lower it.`,
          },
        ],
      },
    });
    this.vpcId = vpc.id;
    // AWS gives every VPC a group that lets its members talk; nothing here uses it.
    new DefaultSecurityGroup(this, "default-security-group", { vpcId: vpc.id });
    this.internet = new InternetGateway(this, "internet", { vpcId: vpc.id, tags: { Name: this.name } });
    this.zoneNames =
      network.zoneNames ??
      Array.from({ length: network.zones }, (_, zone) =>
        Token.asString(propertyAccess(offered.names, [zone])),
      );

    const { zones } = subnetLayout(network);
    const gateways = this.natGateways(network, zones);
    const privates = zones.map((subnets, zone) => this.privateSubnet(network, zone, subnets, gateways));
    this.privateSubnetIds = privates.map(({ subnet }) => subnet.id);
    this.routes = privates.flatMap(({ route, association }) => [route, association]);
    // Image layers come from S3: through this endpoint they cost nothing and need no NAT.
    new VpcEndpoint(this, "s3", {
      vpcId: vpc.id,
      serviceName: `com.amazonaws.${props.region}.s3`,
      vpcEndpointType: "Gateway",
      routeTableIds: privates.map(({ table }) => table.id),
      tags: { Name: `${this.name}-s3` },
    });
  }

  /** Public subnets, and the NAT gateways in them. */
  private natGateways(network: NewAwsNetwork, zones: readonly ZoneSubnets[]): readonly NatGateway[] {
    const table = new RouteTable(this, "public-routes", {
      vpcId: this.vpcId,
      tags: { Name: `${this.name}-public` },
    });
    const toInternet = new Route(this, "public-to-internet", {
      routeTableId: table.id,
      destinationCidrBlock: "0.0.0.0/0",
      gatewayId: this.internet.id,
    });
    const subnets = zones.map(({ publicCidr }, zone) => {
      const subnet = new Subnet(this, `public-${zone + 1}`, {
        ...this.place(zone, publicCidr),
        ...keepsZone(network),
        tags: { Name: `${this.name}-public-${zone + 1}`, "kubernetes.io/role/elb": "1" },
      });
      new RouteTableAssociation(this, `public-${zone + 1}-routes`, {
        subnetId: subnet.id,
        routeTableId: table.id,
      });
      return subnet;
    });
    const withGateway = network.nat === "single" ? subnets.slice(0, 1) : subnets;
    return withGateway.map((subnet, zone) => {
      const tags = { Name: `${this.name}-nat-${zone + 1}` };
      const address = new Eip(this, `nat-${zone + 1}-address`, {
        domain: "vpc",
        tags,
        dependsOn: [this.internet],
      });
      return new NatGateway(this, `nat-${zone + 1}`, {
        subnetId: subnet.id,
        allocationId: address.id,
        tags,
        dependsOn: [toInternet],
      });
    });
  }

  private privateSubnet(
    network: NewAwsNetwork,
    zone: number,
    { privateCidr }: ZoneSubnets,
    gateways: readonly NatGateway[],
  ) {
    const name = `private-${zone + 1}`;
    const subnet = new Subnet(this, name, {
      ...this.place(zone, privateCidr),
      ...keepsZone(network),
      tags: { Name: `${this.name}-${name}`, "kubernetes.io/role/internal-elb": "1" },
    });
    const table = new RouteTable(this, `${name}-table`, {
      vpcId: this.vpcId,
      tags: { Name: `${this.name}-${name}` },
    });
    const association = new RouteTableAssociation(this, `${name}-routes`, {
      subnetId: subnet.id,
      routeTableId: table.id,
    });
    const gateway = gateways[zone] ?? gateways[0];
    if (gateway === undefined) {
      throw new Error(`target.network.cidr cannot hold the subnets of zone ${zone + 1}; make it larger`);
    }
    const route = new Route(this, `${name}-to-nat`, {
      routeTableId: table.id,
      destinationCidrBlock: "0.0.0.0/0",
      natGatewayId: gateway.id,
    });
    return { subnet, table, association, route };
  }

  private place(zone: number, cidrBlock: string) {
    const availabilityZone = this.zoneNames[zone];
    if (availabilityZone === undefined) {
      throw new Error(
        `target.network.zoneNames names no zone ${zone + 1}; list as many as target.network.zones`,
      );
    }
    return { vpcId: this.vpcId, cidrBlock, availabilityZone, mapPublicIpOnLaunch: false };
  }
}

/** Where the file names no zones, a subnet stays in its zone, though the region's list of zones changes. */
function keepsZone({ zoneNames }: NewAwsNetwork): Pick<SubnetConfig, "lifecycle"> {
  return zoneNames === undefined ? { lifecycle: { ignoreChanges: ["availability_zone"] } } : {};
}
