import type { NewAwsNetwork } from "../target/aws-network";
import type { AwsNodeGroup } from "../target/aws-node-group";
import { capacityOf } from "../ec2-instance-type";
import { cidrText, contains, overlaps, rangeOf } from "../ipv4-range";
import { quote } from "../reading/problem";
import { addressesOf, subnetLayout } from "../target/subnet-layout";
import type { AwsTarget } from "../target/target-aws";
import { rule, type Finding } from "./rule";

/** Ranges that EKS takes for Services. @see https://docs.aws.amazon.com/eks/latest/APIReference/API_KubernetesNetworkConfigRequest.html */
const serviceRanges = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"];

/** Addresses of a subnet that AWS keeps, and those of the control plane and load balancers in it. */
const addressesTaken = 5 + 16;

function pathOf(key: string): readonly string[] {
  return ["target", "network", key];
}

function vpcRange(network: NewAwsNetwork): Finding[] {
  const range = rangeOf(network.cidr);
  if (range.prefixLength < 16 || range.prefixLength > 24) {
    return [
      {
        path: pathOf("cidr"),
        found: quote(network.cidr),
        accepted: "a VPC has a range from /16 to /28, and the subnets of a cluster need a /24 or larger",
        advice: "choose a /16, as the default does",
      },
    ];
  }
  if (cidrText(range) === network.cidr) return [];
  return [
    {
      path: pathOf("cidr"),
      found: quote(network.cidr),
      accepted: "AWS takes a range by its first address",
      advice: `write ${cidrText(range)}`,
    },
  ];
}

function zones(network: NewAwsNetwork, region: string): Finding[] {
  const findings: Finding[] = [];
  const { privatePrefixLength, publicPrefixLength, zones: subnets } = subnetLayout(network);
  if (subnets.length === 0) {
    const needed = network.zones * (addressesOf(privatePrefixLength) + addressesOf(publicPrefixLength));
    findings.push({
      path: pathOf("zones"),
      found: String(network.zones),
      accepted: `a /${privatePrefixLength} and a /${publicPrefixLength} subnet in each zone are ${needed} addresses, and ${network.cidr} has ${addressesOf(rangeOf(network.cidr).prefixLength)}`,
      advice: "choose smaller subnets, fewer zones or a larger cidr",
    });
  }
  const { zoneNames } = network;
  if (zoneNames === undefined) return findings;
  if (zoneNames.length !== network.zones) {
    findings.push({
      path: pathOf("zoneNames"),
      found: `a list of ${zoneNames.length}`,
      accepted: `as many names as zones, which is ${network.zones}`,
      advice: `set zones to ${zoneNames.length}, or change the list`,
    });
  }
  zoneNames.forEach((name, index) => {
    const repeated = zoneNames.indexOf(name) < index;
    if (name.startsWith(region) && !repeated) return;
    findings.push({
      path: [...pathOf("zoneNames"), index],
      found: quote(name),
      accepted: `different zones of ${region}`,
      advice: repeated ? "name each zone once" : `choose one such as ${region}a`,
    });
  });
  return findings;
}

/** Most nodes of a group in one zone, with those that an upgrade adds. */
function mostNodesInZone({ zones: chosen, maxNodes }: AwsNodeGroup, zoneCount: number, zone: number): number {
  if (chosen !== undefined && !chosen.includes(zone)) return 0;
  const count = chosen?.length ?? zoneCount;
  // EKS adds up to two nodes a zone, or a third of the group where that is more.
  return Math.ceil((maxNodes + Math.max(2 * count, Math.ceil(maxNodes / 3))) / count);
}

export function addressesNeeded(
  nodeGroups: readonly AwsNodeGroup[],
  zoneCount: number,
  zone: number,
): number {
  return nodeGroups.reduce((sum, group) => {
    const each = group.instanceTypes.map((type) => capacityOf(type)?.addresses ?? 0);
    return sum + mostNodesInZone(group, zoneCount, zone) * Math.max(...each);
  }, 0);
}

function podAddresses(network: NewAwsNetwork, nodeGroups: readonly AwsNodeGroup[]): Finding[] {
  const { privatePrefixLength } = subnetLayout(network);
  const zoneNumbers = Array.from({ length: network.zones }, (_, index) => index + 1);
  const needed = Math.max(...zoneNumbers.map((zone) => addressesNeeded(nodeGroups, network.zones, zone)));
  const room = addressesOf(privatePrefixLength) - addressesTaken;
  if (needed <= room) return [];
  const fits = 32 - Math.ceil(Math.log2(needed + addressesTaken));
  const key = network.privateSubnetPrefixLength === undefined ? "cidr" : "privateSubnetPrefixLength";
  return [
    {
      path: pathOf(key),
      found: key === "cidr" ? quote(network.cidr) : String(privatePrefixLength),
      accepted: `with all nodes running, a zone's nodes and pods take ${needed} addresses, and its /${privatePrefixLength} has ${Math.max(0, room)} left for them`,
      advice: `give the private subnets a /${fits}, or lower maxNodes`,
    },
  ];
}

function serviceRange({ network, controlPlane }: AwsTarget): Finding[] {
  const path = ["target", "controlPlane", "serviceCidr"];
  const found = quote(controlPlane.serviceCidr);
  const services = rangeOf(controlPlane.serviceCidr);
  const findings: Finding[] = [];
  if (network.kind === "new" && overlaps(services, rangeOf(network.cidr))) {
    findings.push({
      path,
      found,
      accepted: `Services need a range apart from the VPC's, which is ${network.cidr}`,
      advice: `choose a range outside ${network.cidr}`,
    });
  }
  const isPrivate = serviceRanges.some((range) => contains(rangeOf(range), services));
  if (services.prefixLength < 12 || services.prefixLength > 24 || !isPrivate) {
    findings.push({
      path,
      found,
      accepted: `a /12 to /24 inside ${serviceRanges.join(", ")}`,
      advice: "choose 172.20.0.0/16, the default",
    });
  }
  return findings;
}

/** Address ranges and zones of an EKS cluster: within AWS' limits, apart from each other, large enough for the pods. */
export const eksNetworkRule = rule(["target"], ({ target }) => {
  if (target.kind !== "aws") return [];
  const { network, region, nodeGroups } = target;
  // What only AWS knows of a network that exists is asked at plan.
  if (network.kind === "existing") return serviceRange(target);
  const range = vpcRange(network);
  if (range.length > 0) return range;
  return [...zones(network, region), ...podAddresses(network, nodeGroups), ...serviceRange(target)];
});
