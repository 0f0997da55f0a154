import { quote } from "../../config/reading/problem";
import { rule, type Finding } from "../../config/rules/rule";

/** `loadbalancer.openstack.org/proxy-protocol`, `load-balancer.hetzner.cloud/uses-proxyprotocol` and their like. */
const proxyProtocolKey = /proxy-?protocol/i;

/** The PROXY protocol is spoken on both sides or on none: the controller is asked for it, and gateways expect it. */
export const proxyProtocolHasTwoSides = rule(["gateways"], ({ gateways }) =>
  gateways.flatMap(({ exposure, extraAnnotations }, index): Finding[] => {
    if (exposure.kind !== "load-balancer") return [];
    const asked = Object.entries(extraAnnotations).find(
      ([key, value]) => proxyProtocolKey.test(key) && !["", "false", "none"].includes(value.toLowerCase()),
    );
    if ((asked !== undefined) === exposure.proxyProtocol) return [];
    if (asked !== undefined) {
      return [
        {
          path: ["gateways", index, "extraAnnotations", asked[0]],
          found: quote(asked[1]),
          accepted: "gateways expect the PROXY protocol only with exposure.proxyProtocol: true",
          advice: "set exposure.proxyProtocol to true, or remove the annotation",
        },
      ];
    }
    return [
      {
        path: ["gateways", index, "exposure", "proxyProtocol"],
        found: "true",
        accepted:
          "no annotation asks the controller for the PROXY protocol, without which gateways refuse all",
        advice:
          "add the controller's annotation to extraAnnotations, such as loadbalancer.openstack.org/proxy-protocol",
        severity: "warning",
      },
    ];
  }),
);

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
