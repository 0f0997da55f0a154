import { answersTheInternet } from "../../exposures/exposures";
import type { CertManagerConfig, IssuerConfig } from "../certificates";
import { oneOf, quote } from "../reading/problem";
import { nearestName } from "../reading/nearest-name";
import { rule, type Finding } from "./rule";

/** A gateway's issuer exists: made by this environment, or by whoever runs the adopted cert-manager. */
export const issuersExist = rule(["gateways", "certManager"], ({ gateways, certManager }) =>
  gateways.flatMap(({ tls }, index): Finding[] => {
    if (tls === undefined) return [];
    const names = certManager.issuers.map(({ name }) => name);
    if (certManager.management === "none") {
      return [
        {
          path: ["gateways", index, "tls"],
          found: "tls with certManager.management: none",
          accepted: "a gateway's certificate comes from cert-manager",
          advice: "set certManager.management to install or adopt, or remove tls",
        },
      ];
    }
    if (certManager.management === "adopt" || names.includes(tls.issuer)) return [];
    const meant = nearestName(tls.issuer, names);
    return [
      {
        path: ["gateways", index, "tls", "issuer"],
        found: quote(tls.issuer),
        accepted:
          names.length === 0
            ? "an entry of certManager.issuers, which is empty"
            : `certManager.issuers has ${oneOf(names)}`,
        advice: meant === undefined ? "add it under certManager.issuers" : `did you mean ${meant}?`,
      },
    ];
  }),
);

/** ClusterIssuers that an entry makes: a private CA needs a second one that signs the CA itself. */
function clusterIssuers({ kind, name }: IssuerConfig): string[] {
  return kind === "self-signed-ca" ? [name, `${name}-bootstrap`] : [name];
}

/** Issuers: each name once, and none where no cert-manager runs. */
export const issuersAreDistinct = rule(["certManager"], ({ certManager: { issuers, management } }) => [
  ...issuers.flatMap((issuer, index): Finding[] => {
    const before = issuers.slice(0, index).flatMap(clusterIssuers);
    const repeated = clusterIssuers(issuer).find((name) => before.includes(name));
    if (repeated === undefined) return [];
    return [
      {
        path: ["certManager", "issuers", index, "name"],
        found: quote(issuer.name),
        accepted: `each ClusterIssuer stands once, and ${repeated} is made above`,
        advice: "choose another name",
      },
    ];
  }),
  ...(management === "none" && issuers.length > 0
    ? [
        {
          path: ["certManager", "issuers"],
          found: quote(issuers),
          accepted: "with certManager.management: none there is nothing to make issuers with",
          advice: "set it to install or adopt, or remove the issuers",
        },
      ]
    : []),
]);

function solverOf(certManager: CertManagerConfig, issuer: string) {
  const config = certManager.issuers.find(({ name }) => name === issuer);
  return config?.kind === "acme" ? config.solver.kind : undefined;
}

/** HTTP-01 proves single names only: a wildcard needs DNS-01. */
export const wildcardsNeedDns01 = rule(["gateways", "certManager"], ({ gateways, certManager }) =>
  gateways.flatMap(({ tls }, at) =>
    tls === undefined || solverOf(certManager, tls.issuer) !== "http01"
      ? []
      : tls.hosts.flatMap((host, index) =>
          host.startsWith("*.")
            ? [
                {
                  path: ["gateways", at, "tls", "hosts", index],
                  found: quote(host),
                  accepted: `issuer ${tls.issuer} proves names by http01, and a wildcard cannot be proved that way`,
                  advice: "list the host names, or give the issuer a solver of kind dns01",
                },
              ]
            : [],
        ),
  ),
);

/** HTTP-01 asks port 80 of the first ingress gateway, from the internet. */
export const http01HasAGateway = rule(
  ["mesh", "gateways", "certManager"],
  ({ mesh, gateways, certManager }) => {
    const gateway = gateways.find(({ direction }) => direction === "ingress");
    return certManager.issuers.flatMap((issuer, index): Finding[] => {
      if (issuer.kind !== "acme" || issuer.solver.kind !== "http01") return [];
      const words = { path: ["certManager", "issuers", index, "solver", "kind"], found: quote("http01") };
      if (gateway === undefined) {
        const accepted = "http01 is answered on port 80 of an ingress gateway, and there is none";
        return [{ ...words, accepted, advice: "add an ingress gateway, or use dns01" }];
      }
      const warnings: Finding[] = [];
      if (!answersTheInternet(gateway.exposure)) {
        warnings.push({
          ...words,
          accepted: `the ACME server asks port 80 from outside, and gateway ${gateway.name} does not answer everybody there`,
          advice: "use dns01, or see to it that the server reaches the gateway",
          severity: "warning",
        });
      }
      if (mesh.management === "adopt") {
        warnings.push({
          ...words,
          accepted: "istiod itself answers http01, and the one that is adopted is left as it is",
          advice: `use dns01, or see to it that its MeshConfig has ingressControllerMode: STRICT and ingressSelector: ${gateway.name}`,
          severity: "warning",
        });
      }
      return warnings;
    });
  },
);

/** istiod answers challenges on one gateway: those for another one's hosts arrive where nobody knows them. */
export const http01ServesTheFirstGateway = rule(["gateways", "certManager"], ({ gateways, certManager }) => {
  const first = gateways.findIndex(({ direction }) => direction === "ingress");
  const answering = gateways[first];
  const solvesHere = answering?.tls !== undefined && solverOf(certManager, answering.tls.issuer) === "http01";
  return gateways.flatMap(({ tls, direction }, index): Finding[] => {
    if (index === first || tls === undefined || answering === undefined) return [];
    if (solverOf(certManager, tls.issuer) !== "http01") return [];
    // The first one would lose what it takes from this one.
    const listFirst = direction === "ingress" && !solvesHere ? `, or list it before ${answering.name}` : "";
    return [
      {
        path: ["gateways", index, "tls", "issuer"],
        found: quote(tls.issuer),
        accepted: `an issuer that does not solve by http01, which only the first ingress gateway answers, ${answering.name}`,
        advice: `give the gateway an issuer with a solver of kind dns01${listFirst}`,
      },
    ];
  });
});

/** Whether a host in a certificate covers a name: `*.example.com` covers one label. */
function covers(host: string, name: string): boolean {
  return host === name || (host.startsWith("*.") && name.slice(name.indexOf(".")) === host.slice(1));
}

/** The health check's name is in the certificate of the gateway that answers it. */
export const healthHostIsCertified = rule(["gateways", "health"], ({ gateways, health }): Finding[] => {
  const tls = gateways.find(({ direction }) => direction === "ingress")?.tls;
  const { host } = health;
  if (tls === undefined || host === undefined || tls.hosts.some((each) => covers(each, host))) return [];
  return [
    {
      path: ["health", "host"],
      found: quote(host),
      accepted: `the first ingress gateway's certificate is for ${oneOf(tls.hosts)}`,
      advice: `add it to tls.hosts, or remove health.host (the default is ${tls.hosts[0]})`,
    },
  ];
});

/** A further HTTPS port serves names that the gateway's certificate has. */
export const httpsPortsAreCertified = rule(["gateways"], ({ gateways }) =>
  gateways.flatMap(({ tls, ports }, at) =>
    tls === undefined
      ? []
      : ports.flatMap((port, index) =>
          port.kind !== "https"
            ? []
            : (port.hosts ?? []).flatMap((host, hostIndex) =>
                tls.hosts.some((each) => covers(each, host))
                  ? []
                  : [
                      {
                        path: ["gateways", at, "ports", index, "hosts", hostIndex],
                        found: quote(host),
                        accepted: `the gateway's certificate is for ${oneOf(tls.hosts)}`,
                        advice: "add it to tls.hosts",
                      },
                    ],
              ),
        ),
  ),
);
