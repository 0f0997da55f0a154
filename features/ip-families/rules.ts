import { quote } from "../../config/reading/problem";
import { rule, type Finding } from "../../config/rules/rule";

/** Address families of a gateway: two want a policy that has two, and a cluster that has them. */
export const ipFamiliesFit = rule(["target", "mesh", "gateways"], ({ target, mesh, gateways }) =>
  gateways.flatMap(({ ipFamilies = [], ipFamilyPolicy = "SingleStack" }, index): Finding[] => {
    const path = ["gateways", index];
    const findings: Finding[] = [];
    if (ipFamilies.length > 1 && ipFamilyPolicy === "SingleStack") {
      findings.push({
        path: [...path, "ipFamilies"],
        found: quote(ipFamilies),
        accepted: "a Service of ipFamilyPolicy SingleStack has one family",
        advice: "set ipFamilyPolicy to RequireDualStack, or leave one of them out",
      });
    }
    if (target.kind !== "existing" && ipFamilies.includes("IPv6")) {
      findings.push({
        path: [...path, "ipFamilies"],
        found: quote(ipFamilies),
        accepted: "the clusters that this project makes have IPv4",
        advice: "remove it",
      });
    }
    if (target.kind !== "existing" && ipFamilyPolicy === "RequireDualStack") {
      findings.push({
        path: [...path, "ipFamilyPolicy"],
        found: quote(ipFamilyPolicy),
        accepted: "the clusters that this project makes have IPv4",
        advice: "remove it",
      });
    }
    if (mesh.management !== "install" && ipFamilyPolicy !== "SingleStack") {
      findings.push({
        path: [...path, "ipFamilyPolicy"],
        found: quote(ipFamilyPolicy),
        accepted: "an istiod that is adopted is left as it is",
        advice: "see to it that istiod and its proxyMetadata have ISTIO_DUAL_STACK: true",
        severity: "warning",
      });
    }
    return findings;
  }),
);
