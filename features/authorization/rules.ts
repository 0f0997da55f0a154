import { oneOf, quote } from "../../config/reading/problem";
import { rule, type Finding } from "../../config/rules/rule";

/** Rules that let somebody in: each with a caller, a name of its own, and gateways that this file has. */
export const allowRulesHold = rule(["policies", "gateways", "mesh"], ({ policies, gateways, mesh }) => {
  const { default: fallback, allow } = policies.authorization;
  const findings: Finding[] = [];
  const path = ["policies", "authorization"];
  if (fallback === "deny" && mesh.management !== "install") {
    findings.push({
      path: [...path, "default"],
      found: quote(fallback),
      accepted: `the default is the whole mesh's, and mesh.management ${mesh.management} leaves that to its owner`,
      advice: "set mesh.management to install, or refuse by a policy of an application's own",
    });
  }
  if (fallback === "allow" && allow.length > 0) {
    findings.push({
      path: [...path, "allow"],
      found: `a list of ${allow.length}`,
      accepted: "with default: allow everybody is let in already",
      advice: "set policies.authorization.default to deny, or remove the list",
    });
  }
  for (const [index, { name, namespace, from }] of allow.entries()) {
    const at = [...path, "allow", index];
    if (from.serviceAccounts.length + from.namespaces.length + from.gateways.length === 0) {
      findings.push({
        path: [...at, "from"],
        found: "nobody",
        accepted: "a rule lets somebody in: serviceAccounts, namespaces or gateways",
        advice: "name a caller, or remove the rule",
      });
    }
    for (const [place, gateway] of from.gateways.entries()) {
      if (gateways.some((each) => each.name === gateway)) continue;
      const names = gateways.map((each) => each.name);
      findings.push({
        path: [...at, "from", "gateways", place],
        found: quote(gateway),
        accepted: names.length === 0 ? "there are no gateways" : `gateways has ${oneOf(names)}`,
        advice: "name one of them, or use serviceAccounts",
      });
    }
    const first = allow.findIndex((each) => each.name === name && each.namespace === namespace);
    if (first < index) {
      findings.push({
        path: [...at, "name"],
        found: quote(name),
        accepted: `rules of namespace ${namespace} have names of their own`,
        advice: "rename one of the two",
      });
    }
  }
  return findings;
});
