import { oneOf, quote } from "../../config/reading/problem";
import { rule, type Finding } from "../../config/rules/rule";

/** A check comes in by an ingress gateway that listens for its scheme. */
export const checksComeInByAGateway = rule(["checks", "gateways"], ({ checks, gateways }) => {
  const ingresses = gateways.filter(({ direction }) => direction === "ingress");
  return checks.flatMap(({ request }, index): Finding[] => {
    if (request.from !== undefined) return [];
    const path = ["checks", index, "request"];
    const [first] = ingresses;
    if (first === undefined) {
      const accepted = "an ingress gateway, by which requests from outside come in";
      const advice = "add one to gateways, or write from and to";
      return [{ path, found: "no ingress gateway", accepted, advice }];
    }
    const names = oneOf(ingresses.map(({ name }) => name));
    const gateway = ingresses.find(({ name }) => name === (request.gateway ?? first.name));
    if (gateway === undefined) {
      const egress = gateways.some(({ name }) => name === request.gateway) ? ", an egress gateway" : "";
      const found = `${quote(request.gateway)}${egress}`;
      return [
        {
          path: [...path, "gateway"],
          found,
          accepted: `an ingress gateway: ${names}`,
          advice: `write ${names}`,
        },
      ];
    }
    if (request.scheme !== "https" || gateway.tls !== undefined) return [];
    const accepted = `http: gateway ${gateway.name} has no tls, and no port for HTTPS`;
    const advice = "remove scheme, or add tls to the gateway";
    return [{ path: [...path, "scheme"], found: quote(request.scheme), accepted, advice }];
  });
});
