import { contains, overlaps, rangeOf, cidrText } from "../ipv4-range";
import {
  nodeSubnetCidr,
  outboundAddresses,
  type AzureNetwork,
  type NewAzureNetwork,
} from "../target/target-azure-network";
import type { AzureTarget } from "../target/target-azure";
import { quote } from "../reading/problem";
import { rule, type Finding } from "./rule";

/** Ranges that AKS keeps for itself. @see https://learn.microsoft.com/azure/aks/configure-azure-cni-overlay */
const reservedByAks = ["169.254.0.0/16", "172.30.0.0/16", "172.31.0.0/16", "192.0.2.0/24"];

/** Addresses of every subnet that Azure keeps: network, gateway, two for DNS, broadcast. */
const addressesKeptByAzure = 5;

interface NamedRange {
  readonly key: "cidr" | "subnetCidr" | "podCidr" | "serviceCidr";
  readonly cidr: string;
}

function pathOf(key: string): readonly string[] {
  return ["target", "network", key];
}

/** Most nodes at once: every pool full, and a third of each more while it is upgraded. */
export function mostNodes({ systemNodePool, userNodePools }: AzureTarget): number {
  const withSurge = (maxCount: number) => maxCount + Math.ceil(maxCount / 3);
  return [systemNodePool, ...userNodePools].reduce((sum, pool) => sum + withSurge(pool.maxCount), 0);
}

function alignment({ key, cidr }: NamedRange): Finding[] {
  const aligned = cidrText(rangeOf(cidr));
  if (aligned === cidr) return [];
  return [
    {
      path: pathOf(key),
      found: quote(cidr),
      accepted: "Azure takes a range by its first address",
      advice: `write ${aligned}`,
    },
  ];
}

function overlap(one: NamedRange, other: NamedRange): Finding[] {
  if (!overlaps(rangeOf(one.cidr), rangeOf(other.cidr))) return [];
  return [
    {
      path: pathOf(one.key),
      found: quote(one.cidr),
      accepted: `nodes, pods and Services need ranges apart from each other, and ${other.key} is ${other.cidr}`,
      advice: `choose a range outside ${other.cidr}`,
    },
  ];
}

function reserved({ key, cidr }: NamedRange): Finding[] {
  return reservedByAks
    .filter((taken) => overlaps(rangeOf(cidr), rangeOf(taken)))
    .map((taken) => ({
      path: pathOf(key),
      found: quote(cidr),
      accepted: `AKS keeps ${reservedByAks.join(", ")} for itself`,
      advice: `choose a range outside ${taken}`,
    }));
}

const prefixOf = (cidr: string) => rangeOf(cidr).prefixLength;

function subnetSize(network: NewAzureNetwork, nodes: number): Finding[] {
  const subnet = nodeSubnetCidr(network);
  const subnetRoom = 2 ** (32 - prefixOf(subnet)) - addressesKeptByAzure;
  if (subnetRoom >= nodes + 1) return [];
  return [
    {
      path: pathOf(network.subnetCidr === undefined ? "cidr" : "subnetCidr"),
      found: quote(subnet),
      accepted: `the node pools may grow to ${nodes} nodes while they are upgraded, and the subnet has ${subnetRoom} addresses`,
      advice: "give the subnet a larger range, or lower maxCount of the node pools",
    },
  ];
}

/** @see https://learn.microsoft.com/azure/aks/configure-load-balancer-standard#scale-the-number-of-managed-outbound-public-ips */
const mostOutboundAddresses = 100;

function outbound({ outbound }: AzureNetwork, nodes: number): Finding[] {
  if (outbound.kind !== "load-balancer") return [];
  const addresses = outboundAddresses(outbound.portsPerNode, nodes);
  if (addresses <= mostOutboundAddresses) return [];
  const fits = Math.floor(64_000 / Math.ceil(nodes / mostOutboundAddresses) / 8) * 8;
  return [
    {
      path: [...pathOf("outbound"), "portsPerNode"],
      found: String(outbound.portsPerNode),
      accepted: `AKS takes ${mostOutboundAddresses} addresses, and ${nodes} nodes with that many ports need ${addresses}`,
      advice: `set it to ${fits} or less, or choose a NAT gateway`,
    },
  ];
}

function sizes({ network }: AzureTarget, nodes: number): Finding[] {
  const findings: Finding[] = [];
  const podBlocks = 2 ** Math.max(0, 24 - prefixOf(network.podCidr));
  if (prefixOf(network.podCidr) > 24 || podBlocks < nodes) {
    findings.push({
      path: pathOf("podCidr"),
      found: quote(network.podCidr),
      accepted: `every node takes a /24 of it, and the node pools may grow to ${nodes} nodes while they are upgraded`,
      advice: `choose a /${Math.max(1, 24 - Math.ceil(Math.log2(nodes)))} or larger`,
    });
  }
  const servicePrefix = prefixOf(network.serviceCidr);
  if (servicePrefix < 13 || servicePrefix > 27) {
    findings.push({
      path: pathOf("serviceCidr"),
      found: quote(network.serviceCidr),
      accepted: "a range from /13 to /27",
      advice: "choose a /16, as the default does",
    });
  }
  return findings;
}

/** Address ranges of an AKS cluster: apart from each other, within Azure's limits, large enough for the nodes. */
export const aksNetworkRule = rule(["target"], ({ target }) => {
  if (target.kind !== "azure") return [];
  const { network } = target;
  const nodes = mostNodes(target);
  const pods: NamedRange = { key: "podCidr", cidr: network.podCidr };
  const services: NamedRange = { key: "serviceCidr", cidr: network.serviceCidr };
  const ofAnyNetwork = [
    ...[pods, services].flatMap(alignment),
    ...overlap(services, pods),
    ...[pods, services].flatMap(reserved),
    ...sizes(target, nodes),
    ...outbound(network, nodes),
  ];
  // What only Azure knows of a network that exists is asked at plan.
  if (network.kind === "existing") return ofAnyNetwork;

  const virtualNetwork: NamedRange = { key: "cidr", cidr: network.cidr };
  const subnet: NamedRange = { key: "subnetCidr", cidr: nodeSubnetCidr(network) };
  const outside = contains(rangeOf(virtualNetwork.cidr), rangeOf(subnet.cidr))
    ? []
    : [
        {
          path: pathOf("subnetCidr"),
          found: quote(subnet.cidr),
          accepted: `the subnet is a part of the virtual network, ${network.cidr}`,
          advice: `choose a range inside ${network.cidr}, or leave subnetCidr out`,
        },
      ];
  const written = network.subnetCidr === undefined ? [] : [subnet];
  return [
    ...[virtualNetwork, ...written].flatMap(alignment),
    ...outside,
    ...overlap(pods, virtualNetwork),
    ...overlap(services, virtualNetwork),
    ...reserved(virtualNetwork),
    ...subnetSize(network, nodes),
    ...ofAnyNetwork,
  ];
});
