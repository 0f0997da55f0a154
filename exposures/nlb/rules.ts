import type { NlbExposure } from "./keys";
import type { GatewayConfig } from "../../config/gateway/gateway";
import { addressNumber, rangeOf } from "../../config/ipv4-range";
import { quote } from "../../config/reading/problem";
import { type AwsNetwork, type NewAwsNetwork, zoneCountOf } from "../../config/target/aws-network";
import { subnetLayout } from "../../config/target/subnet-layout";
import type { Target } from "../../config/target/target";
import { servicePorts } from "../service-ports";
import { rule, type Finding } from "../../config/rules/rule";

type Path = readonly (string | number)[];

/** @see https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateLoadBalancer.html */
const longestName = 32;

/** @see https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html */
const mostRulesOfGroup = 60;

/** Where in AWS a cluster stands, and its network where the file says it. */
interface AwsPlace {
  readonly region: string;
  readonly network: AwsNetwork | undefined;
}

function awsPlaceOf(target: Target): AwsPlace | undefined {
  switch (target.kind) {
    case "aws":
      return target;
    case "existing":
      return target.cloud.kind === "aws" ? { region: target.cloud.region, network: undefined } : undefined;
    case "azure":
      return undefined;
  }
}

function addresses(exposure: NlbExposure, { network }: AwsPlace, path: Path): Finding[] {
  const config = exposure.addresses;
  if (config.kind === "assigned") return [];
  const scheme = config.kind === "private" ? "internal" : "internet-facing";
  const findings: Finding[] = [];
  if (exposure.scheme !== scheme) {
    findings.push({
      path: [...path, "addresses", "kind"],
      found: quote(config.kind),
      accepted: `addresses of kind ${config.kind} belong to scheme ${scheme}, and scheme is ${exposure.scheme}`,
      advice: `set scheme to ${scheme}, or leave addresses out`,
    });
  }
  const zones = exposure.subnetIds?.length ?? (network === undefined ? undefined : zoneCountOf(network));
  if (zones === undefined) {
    findings.push({
      path: [...path, "addresses", "kind"],
      found: quote(config.kind),
      accepted:
        "each subnet takes one address, and of a cluster that exists only exposure.subnetIds names them",
      advice: "list the load balancer's subnets in exposure.subnetIds, or leave addresses out",
    });
    return findings;
  }
  if (config.kind === "allocate") return findings;
  const [key, given] =
    config.kind === "private" ? ["addresses", config.addresses] : ["allocationIds", config.allocationIds];
  if (given.length !== zones) {
    findings.push({
      path: [...path, "addresses", key],
      found: `a list of ${given.length}`,
      accepted: `one for each zone, of which ${exposure.subnetIds === undefined ? "target.network" : "exposure.subnetIds"} has ${zones}`,
      advice: "change the list",
    });
  }
  if (config.kind === "private" && network?.kind === "new" && exposure.subnetIds === undefined)
    findings.push(...placed(config.addresses, network, path));
  return findings;
}

function placed(given: readonly string[], network: NewAwsNetwork, path: Path): Finding[] {
  const subnets = subnetLayout(network).zones.map(({ privateCidr }) => privateCidr);
  const zoneOf = (address: string) =>
    subnets.findIndex((cidr) => {
      const { first, last } = rangeOf(cidr);
      // AWS keeps the first four addresses and the last one.
      return addressNumber(address) >= first + 4 && addressNumber(address) < last;
    });
  return given.flatMap((address, index) => {
    const zone = zoneOf(address);
    if (zone >= 0 && given.findIndex((other) => zoneOf(other) === zone) === index) return [];
    return [
      {
        path: [...path, "addresses", "addresses", index],
        found: quote(address),
        accepted: `one free address in each of ${subnets.join(", ")}`,
        advice: zone < 0 ? "choose an address inside one of them" : "choose an address in another zone",
      },
    ];
  });
}

function names({ name }: GatewayConfig, environmentName: string, path: Path): Finding[] {
  const full = `${environmentName}-${name}`;
  if (full.length <= longestName) return [];
  return [
    {
      path: [...path, "name"],
      found: `${quote(full)} with ${full.length}`,
      accepted: `environment and gateway together name the load balancer, which may have ${longestName} characters`,
      advice: `shorten it by ${full.length - longestName}`,
    },
  ];
}

function sourceRanges(gateway: GatewayConfig, exposure: NlbExposure, path: Path): Finding[] {
  const ports = servicePorts(gateway).length;
  const ranges = new Set(exposure.allowedSourceRanges).size;
  if (ports * ranges <= mostRulesOfGroup) return [];
  return [
    {
      path: [...path, "allowedSourceRanges"],
      found: `a list of ${ranges}`,
      accepted: `a security group has ${mostRulesOfGroup} rules, and each range needs one for each of ${ports} ports`,
      advice: `merge ranges into ${Math.floor(mostRulesOfGroup / ports)} at most`,
    },
  ];
}

function certificateRegions({ tls }: NlbExposure, { region }: AwsPlace, path: Path): Finding[] {
  return (tls?.certificateArns ?? []).flatMap((arn, index) => {
    const itsRegion = arn.split(":")[3];
    if (itsRegion === region) return [];
    return [
      {
        path: [...path, "tls", "certificateArns", index],
        found: quote(arn),
        accepted: `a load balancer takes certificates of its own region, ${region}`,
        advice: `request or import the certificate in ${region}, too`,
      },
    ];
  });
}

function publicSubnets({ scheme, subnetIds }: NlbExposure, { network }: AwsPlace, path: Path): Finding[] {
  if (scheme === "internal" || network?.kind !== "existing" || network.publicSubnetIds.length > 0) return [];
  if (subnetIds !== undefined) return [];
  return [
    {
      path: [...path, "scheme"],
      found: quote(scheme),
      accepted: "an internet-facing load balancer stands in public subnets, and target.network names none",
      advice: "list them in target.network.publicSubnetIds or exposure.subnetIds, or set scheme to internal",
    },
  ];
}

/** Network Load Balancers in front of the gateways of a mesh on AWS. */
export const eksExposureRule = rule(["target", "gateways"], ({ target, gateways, name }) => {
  const place = awsPlaceOf(target);
  if (place === undefined) return [];
  return gateways.flatMap((gateway, index): Finding[] => {
    const path = ["gateways", index];
    const { exposure, dns } = gateway;
    if (exposure.kind === "nlb") {
      const inside = [...path, "exposure"];
      return [
        ...names(gateway, name, path),
        ...addresses(exposure, place, inside),
        ...sourceRanges(gateway, exposure, inside),
        ...publicSubnets(exposure, place, inside),
        ...certificateRegions(exposure, place, inside),
      ];
    }
    if (dns?.kind !== "route53") return [];
    return [
      {
        path: [...path, "dns"],
        found: `exposure ${quote(exposure.kind)}`,
        accepted: "records in Route 53 lead to a Network Load Balancer",
        advice: "set exposure.kind to nlb, or leave dns out",
      },
    ];
  });
});

/** EKS' names, which are also those that a controller without EKS is given. @see https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateCluster.html */
const clusterName = /^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$/;

/** The controller marks what it makes with the cluster's name, which is no ARN and no name of a context. */
export const controllerKnowsTheCluster = rule(["target"], ({ target }): Finding[] => {
  if (target.kind !== "existing" || target.cloud.kind !== "aws" || target.clusterName === undefined)
    return [];
  if (target.cloud.loadBalancerController.management === "adopt" || clusterName.test(target.clusterName))
    return [];
  const own = target.clusterName.split("/").at(-1) ?? "";
  return [
    {
      path: ["target", "clusterName"],
      found: quote(target.clusterName),
      accepted:
        "the load balancer controller takes up to 100 letters, digits, _ and -, on EKS the cluster's own name",
      advice: clusterName.test(own) ? `set it to ${own}` : "set it to the cluster's own name",
    },
  ];
});
