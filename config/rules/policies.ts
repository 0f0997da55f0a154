import { oneOf, quote } from "../reading/problem";
import { rule, type Finding } from "./rule";

/** Policies at gateways name a gateway of this file, and each has a name of its own. */
export const policiesNameGateways = rule(["policies", "gateways"], ({ policies, gateways }) => {
  const names = gateways.map(({ name }) => name);
  const unknown = (path: Finding["path"], name: string): Finding[] =>
    names.includes(name)
      ? []
      : [
          {
            path,
            found: quote(name),
            accepted: names.length === 0 ? "there are no gateways" : `gateways has ${oneOf(names)}`,
            advice: names.length === 0 ? "add one under gateways" : `set it to ${names[0]}`,
          },
        ];
  const repeated = (list: "jwt" | "rateLimits" | "mtls"): Finding[] => {
    const all = policies[list].map(({ name }) => name);
    return all.flatMap((name, index) =>
      all.indexOf(name) === index
        ? []
        : [
            {
              path: ["policies", list, index, "name"],
              found: quote(name),
              accepted: "each entry has a name of its own",
              advice: "rename one of the two",
            },
          ],
    );
  };
  return [
    ...policies.jwt.flatMap(({ gateway }, index) => unknown(["policies", "jwt", index, "gateway"], gateway)),
    ...policies.rateLimits.flatMap(({ at }, index) =>
      at.kind === "gateway" ? unknown(["policies", "rateLimits", index, "at", "name"], at.name) : [],
    ),
    ...repeated("jwt"),
    ...repeated("rateLimits"),
    ...repeated("mtls"),
    ...policies.mtls.flatMap(({ name }, index): Finding[] =>
      name === "default"
        ? [
            {
              path: ["policies", "mtls", index, "name"],
              found: quote(name),
              accepted: "default is the namespace's own PeerAuthentication",
              advice: "choose another name, such as that of the workload",
            },
          ]
        : [],
    ),
  ];
});
