import { zoneCountOf } from "../target/aws-network";
import type { AwsAmiType, AwsNodeGroup } from "../target/aws-node-group";
import { type Architecture, architectureOf } from "../ec2-instance-type";
import { quote } from "../reading/problem";
import { rule, type Finding } from "./rule";

type Path = readonly (string | number)[];

/** EKS adds 26 characters to the prefix of a node group's name, and takes 63. */
const longestPrefix = 63 - 26;

/** The architecture that an image is built for. */
export function architectureOfAmi(amiType: AwsAmiType): Architecture {
  switch (amiType) {
    case "AL2023_x86_64_STANDARD":
    case "BOTTLEROCKET_x86_64":
    case "BOTTLEROCKET_x86_64_FIPS":
      return "x86_64";
    case "AL2023_ARM_64_STANDARD":
    case "BOTTLEROCKET_ARM_64":
    case "BOTTLEROCKET_ARM_64_FIPS":
      return "arm64";
  }
}

function counts({ minNodes, maxNodes, desiredNodes }: AwsNodeGroup, path: Path): Finding[] {
  if (minNodes > maxNodes) {
    return [
      {
        path: [...path, "minNodes"],
        found: String(minNodes),
        accepted: `at most maxNodes, which is ${maxNodes}`,
        advice: "lower minNodes or raise maxNodes",
      },
    ];
  }
  if (desiredNodes === undefined || (minNodes <= desiredNodes && desiredNodes <= maxNodes)) return [];
  return [
    {
      path: [...path, "desiredNodes"],
      found: String(desiredNodes),
      accepted: `between minNodes, ${minNodes}, and maxNodes, ${maxNodes}`,
      advice: "choose a number between the two, or leave it out",
    },
  ];
}

function architectures({ amiType, instanceTypes }: AwsNodeGroup, path: Path): Finding[] {
  const needed = architectureOfAmi(amiType);
  return instanceTypes.flatMap((instanceType, index): Finding[] => {
    const architecture = architectureOf(instanceType);
    if (architecture === undefined || architecture === needed) return [];
    const otherAmi =
      needed === "arm64" ? amiType.replace("ARM_64", "x86_64") : amiType.replace("x86_64", "ARM_64");
    return [
      {
        path: [...path, "instanceTypes", index],
        found: `${quote(instanceType)}, which is ${architecture}`,
        accepted: `amiType ${amiType} runs on ${needed}`,
        advice: `choose ${needed === "arm64" ? "one with g in its series, such as m7g.large" : "one such as m7i.large"}, or set amiType to ${otherAmi}`,
      },
    ];
  });
}

function zones({ zones: chosen }: AwsNodeGroup, zoneCount: number, path: Path): Finding[] {
  return (chosen ?? []).flatMap((zone, index) =>
    zone <= zoneCount
      ? []
      : [
          {
            path: [...path, "zones", index],
            found: String(zone),
            accepted: `1 to ${zoneCount}, the zones of the network`,
            advice: "choose one of them, or give target.network more zones",
          },
        ],
  );
}

function names(nodeGroups: readonly AwsNodeGroup[], environmentName: string): Finding[] {
  return nodeGroups.flatMap(({ name }, index): Finding[] => {
    const path = ["target", "nodeGroups", index, "name"];
    const prefix = `${environmentName}-${name}-`;
    if (nodeGroups.findIndex((other) => other.name === name) < index) {
      const accepted = "every node group has a name of its own";
      return [{ path, found: quote(name), accepted, advice: "rename this one" }];
    }
    if (prefix.length <= longestPrefix) return [];
    return [
      {
        path,
        found: `${quote(prefix)} with ${prefix.length}`,
        accepted: `environment and node group together make a name, which may begin with ${longestPrefix} characters`,
        advice: `shorten it by ${prefix.length - longestPrefix}`,
      },
    ];
  });
}

/** Node groups of an EKS cluster: names, counts, zones, and instance types that their image runs on. */
export const eksNodeGroupsRule = rule(["target"], ({ target, name }) => {
  if (target.kind !== "aws") return [];
  const { nodeGroups, network } = target;
  const nowhere = nodeGroups.every(({ taints }) => taints.length > 0)
    ? [
        {
          path: ["target", "nodeGroups"],
          found: "only node groups with taints",
          accepted: "CoreDNS, istiod, cert-manager and the gateways tolerate no taint",
          advice: "leave one node group without taints",
        },
      ]
    : [];
  return [
    ...names(nodeGroups, name),
    ...nodeGroups.flatMap((group, index) => {
      const path = ["target", "nodeGroups", index];
      return [
        ...counts(group, path),
        ...architectures(group, path),
        ...zones(group, zoneCountOf(network), path),
      ];
    }),
    ...nowhere,
  ];
});
