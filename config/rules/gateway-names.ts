import { quote } from "../reading/problem";
import { rule, type Finding } from "./rule";

/** Names whose namespace `istio-<name>`, or whose release, belongs to something else. */
const reserved: ReadonlyMap<string, string> = new Map([
  ["system", "istio-system is the control plane's namespace"],
  ["base", "istio-base is the release of Istio's CRDs"],
  ["cni", "istio-cni is the release of the node agent"],
  ["operator", "istio-operator is the namespace of Istio's former operator"],
]);

/** Names of gateways: each once, and none that leads to a namespace or release of Istio itself. */
export const gatewayNamesAreFree = rule(["gateways"], ({ gateways }) =>
  gateways.flatMap(({ name }, index): Finding[] => {
    const path = ["gateways", index, "name"];
    const owner = reserved.get(name);
    if (owner !== undefined) {
      return [
        {
          path,
          found: quote(name),
          accepted: `a gateway's release and namespace are called istio-<name>, and ${owner}`,
          advice: "choose another name, such as ingress",
        },
      ];
    }
    if (gateways.findIndex((other) => other.name === name) === index) return [];
    return [
      {
        path,
        found: quote(name),
        accepted: "each gateway has a name of its own",
        advice: "rename one of the two",
      },
    ];
  }),
);
