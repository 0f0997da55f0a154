import { covers } from "../gateway/covers";
import { certificatesOf, certifiedHosts } from "../gateway/gateway-certificates";
import type { GatewayConfig } from "../gateway/gateway";
import { issuerFindings, oneSource } from "./issuers";
import { answersTheInternet, tlsEndOf } from "../../exposures/exposures";
import type { CertManagerConfig, IssuerConfig } from "../certificates";
import { readCertificates } from "../pem";
import { oneOf, quote } from "../reading/problem";
import { rule, type Finding } from "./rule";

/** Every certificate of every gateway, with its place in the file. */
function certificatesIn(gateways: readonly GatewayConfig[]) {
  return gateways.flatMap((gateway, at) =>
    gateway.tls === undefined
      ? []
      : certificatesOf(gateway.tls).map(({ path, config }) => ({
          gateway,
          at,
          config,
          path: ["gateways", at, "tls", ...path],
        })),
  );
}

/** A gateway's certificate comes from one place, and its issuer exists. */
export const issuersExist = rule(["gateways", "certManager"], ({ gateways, certManager }) =>
  certificatesIn(gateways).flatMap(({ gateway, path, config }): Finding[] =>
    tlsEndOf(gateway.exposure) === "load balancer, plain behind it"
      ? []
      : [...oneSource(path, config), ...issuerFindings(path, config, certManager)],
  ),
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

function solverOf(certManager: CertManagerConfig, issuer: string | undefined) {
  const config = certManager.issuers.find(({ name }) => name === issuer);
  return config?.kind === "acme" ? config.solver.kind : undefined;
}

/** HTTP-01 proves single names only: a wildcard needs DNS-01. */
export const wildcardsNeedDns01 = rule(["gateways", "certManager"], ({ gateways, certManager }) =>
  certificatesIn(gateways).flatMap(({ path, config: { issuer, hosts } }) =>
    solverOf(certManager, issuer) !== "http01"
      ? []
      : hosts.flatMap((host, index) =>
          host.startsWith("*.")
            ? [
                {
                  path: [...path, "hosts", index],
                  found: quote(host),
                  accepted: `issuer ${issuer} proves names by http01, and a wildcard cannot be proved that way`,
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
      if (mesh.management !== "install") {
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
  const solves = (config: { readonly issuer?: string | undefined }) =>
    solverOf(certManager, config.issuer) === "http01";
  const solvesHere = certificatesIn(gateways).some(({ at, config }) => at === first && solves(config));
  return certificatesIn(gateways).flatMap(({ at, path, config, gateway: { direction } }): Finding[] => {
    if (at === first || answering === undefined || !solves(config)) return [];
    // The first one would lose what it takes from this one.
    const listFirst = direction === "ingress" && !solvesHere ? `, or list it before ${answering.name}` : "";
    return [
      {
        path: [...path, "issuer"],
        found: quote(config.issuer),
        accepted: `an issuer that does not solve by http01, which only the first ingress gateway answers, ${answering.name}`,
        advice: `give the gateway an issuer with a solver of kind dns01${listFirst}`,
      },
    ];
  });
});

/** The health check's name is in the certificate of the gateway that answers it. */
export const healthHostIsCertified = rule(["gateways", "health"], ({ gateways, health }): Finding[] => {
  const tls = gateways.find(({ direction }) => direction === "ingress")?.tls;
  const { host } = health;
  if (tls === undefined || host === undefined || certifiedHosts(tls).some((each) => covers(each, host)))
    return [];
  return [
    {
      path: ["health", "host"],
      found: quote(host),
      accepted: `the first ingress gateway's certificate is for ${oneOf(certifiedHosts(tls))}`,
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
          port.kind !== "https" && port.kind !== "tls"
            ? []
            : (port.hosts ?? []).flatMap((host, hostIndex) =>
                certifiedHosts(tls).some((each) => covers(each, host))
                  ? []
                  : [
                      {
                        path: ["gateways", at, "ports", index, "hosts", hostIndex],
                        found: quote(host),
                        accepted: `the gateway's certificate is for ${oneOf(certifiedHosts(tls))}`,
                        advice: "add it to tls.hosts",
                      },
                    ],
              ),
        ),
  ),
);

/** Certificates of one gateway share no host: Envoy could not choose between them. */
export const certificatesAreDistinct = rule(["gateways"], ({ gateways }) =>
  gateways.flatMap(({ tls }, at): Finding[] => {
    if (tls === undefined) return [];
    const path = ["gateways", at, "tls"];
    const names = new Set<string>();
    const hosts = new Map<string, string>();
    return certificatesOf(tls).flatMap(({ name, path: below, config }): Finding[] => {
      const findings: Finding[] = [];
      if (name !== undefined && names.has(name)) {
        findings.push({
          path: [...path, ...below, "name"],
          found: quote(name),
          accepted: "a certificate's name stands once in a gateway",
          advice: "choose another name",
        });
      }
      names.add(name ?? "");
      const owner = name === undefined ? "tls itself" : `certificate ${name}`;
      for (const [index, host] of config.hosts.entries()) {
        const before = hosts.get(host);
        if (before !== undefined && before !== owner) {
          findings.push({
            path: [...path, ...below, "hosts", index],
            found: quote(host),
            accepted: `a host has one certificate, and ${before} has it`,
            advice: "remove it from one of the two",
          });
        }
        hosts.set(host, owner);
      }
      return findings;
    });
  }),
);

/** Settings of a certificate that a Secret already has, and a renewal before it is made. */
export const certificateSettingsFit = rule(["gateways"], ({ gateways }) =>
  certificatesIn(gateways).flatMap(({ path, config }): Finding[] => {
    const { durationHours = 2160, renewBeforeHours, secretName } = config;
    const findings: Finding[] = [];
    if (renewBeforeHours !== undefined && renewBeforeHours >= durationHours) {
      findings.push({
        path: [...path, "renewBeforeHours"],
        found: String(renewBeforeHours),
        accepted: `less than the ${durationHours} hours that the certificate holds`,
        advice: `set it to ${Math.max(1, Math.floor(durationHours / 3))}`,
      });
    }
    if (secretName === undefined) return findings;
    const ofIssuer = ["commonName", "privateKey", "durationHours", "renewBeforeHours"] as const;
    const given = ofIssuer.filter((key) => config[key] !== undefined);
    return [
      ...findings,
      ...given.map((key) => ({
        path: [...path, key],
        found: key,
        accepted: "with secretName the certificate is as whoever makes it has it",
        advice: `remove ${key}, or use an issuer`,
      })),
    ];
  }),
);

/** What clients' certificates must lead to are CAs. */
export const clientCasAreCas = rule(["gateways"], ({ gateways }) =>
  certificatesIn(gateways).flatMap(({ path, config }) =>
    readCertificates(config.clientCertificates?.ca ?? "").flatMap((one): Finding[] =>
      one?.isCa === true
        ? []
        : [
            {
              path: [...path, "clientCertificates", "ca"],
              found:
                one === undefined ? "a block that holds no certificate" : `a certificate of ${one.subject}`,
              accepted: "certificates of CAs (CA:TRUE), to which those of clients lead",
              advice: "give the CA's certificate, and not a client's",
            },
          ],
    ),
  ),
);

/** Terraform's own check at the end has no certificate to show. */
export const healthCheckNeedsNoCertificate = rule(
  ["gateways", "health"],
  ({ gateways, health }): Finding[] => {
    const first = gateways.find(({ direction }) => direction === "ingress");
    if (!health.check || first?.tls?.clientCertificates?.mode !== "required") return [];
    return [
      {
        path: ["health", "check"],
        found: "true",
        accepted: `Terraform shows no client certificate, and gateway ${first.name} asks for one`,
        advice: "set it to false, and use npm run smoke with --cert and --key",
      },
    ];
  },
);
