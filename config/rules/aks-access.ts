import { cidrText, isForDocumentation, rangeOf } from "../ipv4-range";
import { quote } from "../reading/problem";
import type { AzureTarget } from "../target/target-azure";
import { rule, type Finding } from "./rule";

/** Ranges larger than this let in so much of the internet that they restrict nothing. */
const widestPrefixLength = 8;

/** @see https://learn.microsoft.com/azure/aks/api-server-authorized-ip-ranges */
function authorizedRange(cidr: string, index: number): Finding[] {
  const path = ["target", "apiServer", "authorizedRanges", index];
  const range = rangeOf(cidr);
  if (range.prefixLength < widestPrefixLength) {
    return [
      {
        path,
        found: quote(cidr),
        accepted: "ranges that restrict who reaches the API server",
        advice: "name yours, or set apiServer.kind to open-to-the-internet",
      },
    ];
  }
  if (cidrText(range) === cidr) return [];
  return [
    {
      path,
      found: quote(cidr),
      accepted: "Azure takes a range by its first address",
      advice: `write ${cidrText(range)}`,
    },
  ];
}

/** AKS takes only a zone of the cluster's own location. @see https://learn.microsoft.com/azure/aks/private-clusters */
function privateZone({ apiServer, location }: AzureTarget): Finding[] {
  if (apiServer.kind !== "private" || apiServer.privateDnsZoneId === undefined) return [];
  const zone = (apiServer.privateDnsZoneId.split("/").at(-1) ?? "").toLowerCase();
  const wanted = `privatelink.${location}.azmk8s.io`;
  if (zone === wanted || zone.endsWith(`.${wanted}`)) return [];
  return [
    {
      path: ["target", "apiServer", "privateDnsZoneId"],
      found: quote(zone),
      accepted: `the zone of API servers in ${location}`,
      advice: `name ${wanted}, or leave it out`,
    },
  ];
}

/** What must be reachable, and by whom, for Terraform to build a mesh on AKS. */
export const aksAccessRule = rule(["target", "backend"], ({ target, backend }) => {
  if (target.kind !== "azure") return [];
  const findings: Finding[] = [];
  if (backend.kind === "cloud" && backend.execution === "remote") {
    findings.push({
      path: ["backend", "execution"],
      found: quote(backend.execution),
      accepted:
        "the cluster has no local accounts, and HashiCorp's runners have no kubelogin to sign in to it with Entra ID",
      advice: "set execution to agent, with kubelogin in the agent's image, or to local",
    });
  }
  findings.push(...privateZone(target));
  if (target.apiServer.kind === "restricted") {
    findings.push(
      ...target.apiServer.authorizedRanges.flatMap(authorizedRange),
      ...target.apiServer.authorizedRanges.flatMap((range, index): Finding[] =>
        isForDocumentation(range)
          ? [
              {
                severity: "warning",
                path: ["target", "apiServer", "authorizedRanges", index],
                found: quote(range),
                accepted:
                  "a range of the machines that run Terraform and kubectl; this one exists in documentation only",
                advice: "put yours here before you deploy",
              },
            ]
          : [],
      ),
    );
  }
  return findings;
});

/** Which issuers can use the cluster's identity. */
export const aksDns01Rule = rule(["target", "certManager"], ({ target, certManager }) =>
  certManager.issuers.flatMap((issuer, index): Finding[] => {
    if (issuer.kind !== "acme" || issuer.solver.kind !== "dns01") return [];
    const { kind } = issuer.solver.provider;
    const path = ["certManager", "issuers", index, "solver", "provider", "kind"];
    if (kind === "azure-dns" && target.kind !== "azure") {
      return [
        {
          path,
          found: quote(kind),
          accepted: "azure-dns signs in by an AKS cluster's workload identity",
          advice: "set target.kind to azure, or choose another provider",
        },
      ];
    }
    if (kind === "route53" && target.kind === "azure") {
      return [
        {
          path,
          found: quote(kind),
          accepted: "route53 signs in by an EKS cluster's role",
          advice: "set the provider to azure-dns or cloudflare",
        },
      ];
    }
    return [];
  }),
);
