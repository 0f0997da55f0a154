import type { AzureLbExposure } from "./keys";
import { addressNumber, rangeOf } from "../../config/ipv4-range";
import type { Target } from "../../config/target/target";
import { nodeSubnetCidr } from "../../config/target/target-azure-network";
import { quote } from "../../config/reading/problem";
import { rule, type Finding } from "../../config/rules/rule";

type Path = readonly (string | number)[];

function publicOnly(exposure: AzureLbExposure, path: Path): Finding[] {
  if (exposure.scheme === "public") return [];
  const wrong = [
    ...(exposure.staticAddress
      ? [{ key: "staticAddress", found: "true", advice: "name a privateAddress instead" }]
      : []),
    ...(exposure.dnsLabel === undefined
      ? []
      : [
          {
            key: "dnsLabel",
            found: quote(exposure.dnsLabel),
            advice: "make a record by `dns` instead",
          },
        ]),
  ];
  return wrong.map(({ key, found, advice }) => ({
    path: [...path, key],
    found,
    accepted: "only scheme public has a public address",
    advice: `set scheme to public, or ${advice}`,
  }));
}

function internalSubnet({ scheme, subnetName }: AzureLbExposure, path: Path): Finding[] {
  if (scheme === "internal" || subnetName === undefined) return [];
  return [
    {
      path: [...path, "subnetName"],
      found: quote(subnetName),
      accepted: "only scheme internal has an address in a subnet",
      advice: "set scheme to internal, or remove subnetName",
    },
  ];
}

function privateAddress(exposure: AzureLbExposure, target: Target, path: Path): Finding[] {
  const { privateAddress: address } = exposure;
  if (address === undefined) return [];
  if (exposure.scheme === "public") {
    return [
      {
        path: [...path, "privateAddress"],
        found: quote(address),
        accepted: "only scheme internal has a private address",
        advice: "set scheme to internal, or staticAddress to true instead",
      },
    ];
  }
  // Of a subnet that exists only Azure knows the range.
  if (exposure.subnetName !== undefined || target.kind !== "azure" || target.network.kind === "existing")
    return [];
  const subnet = nodeSubnetCidr(target.network);
  const { first, last } = rangeOf(subnet);
  const number = addressNumber(address);
  // Azure keeps the first four addresses of a subnet and the last.
  if (number >= first + 4 && number < last) return [];
  return [
    {
      path: [...path, "privateAddress"],
      found: quote(address),
      accepted: `an address of the nodes' subnet, ${subnet}, but for its first four and its last`,
      advice: "choose one near the end of the range, where nodes come last",
    },
  ];
}

/** What an Azure load balancer can be asked for; `exposure.ts` says which targets have one. */
export const aksExposureRule = rule(["target", "gateways"], ({ target, gateways }) =>
  gateways.flatMap(({ exposure }, index) => {
    if (exposure.kind !== "azure-lb") return [];
    const path = ["gateways", index, "exposure"];
    return [
      ...publicOnly(exposure, path),
      ...internalSubnet(exposure, path),
      ...privateAddress(exposure, target, path),
    ];
  }),
);
