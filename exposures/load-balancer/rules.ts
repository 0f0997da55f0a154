import { quote } from "../../config/reading/problem";
import { rule, type Finding } from "../../config/rules/rule";

/** Every gateway serves port 80, so that two of them cannot share an address. */
export const loadBalancerAddressesAreDistinct = rule(["gateways"], ({ gateways }) => {
  const addresses = gateways.map(({ exposure }) =>
    exposure.kind === "load-balancer" ? exposure.address?.toLowerCase() : undefined,
  );
  return addresses.flatMap((address, index): Finding[] => {
    const first = addresses.indexOf(address);
    if (address === undefined || first === index) return [];
    return [
      {
        path: ["gateways", index, "exposure", "address"],
        found: quote(address),
        accepted: `each gateway has an address of its own, and gateway ${gateways[first]?.name} has this one`,
        advice: "choose another address, or leave address out",
      },
    ];
  });
});
