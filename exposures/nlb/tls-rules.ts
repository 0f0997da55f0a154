import type { CertificateConfig } from "../../config/gateway/gateway-certificates";
import type { GatewayConfig, GatewayTls } from "../../config/gateway/gateway";
import { quote } from "../../config/reading/problem";
import { rule, type Finding } from "../../config/rules/rule";

const certificateKeys = [
  "issuer",
  "issuerRef",
  "secretName",
  "commonName",
  "privateKey",
  "durationHours",
  "renewBeforeHours",
] as const satisfies readonly (keyof CertificateConfig)[];

/** Keys of a certificate that no pod shows. */
function unusedKeys(tls: GatewayTls, path: Finding["path"]): Finding[] {
  return certificateKeys
    .filter((key) => tls[key] !== undefined)
    .map((key) => ({
      path: [...path, "tls", key],
      found: key,
      accepted: "with exposure.tls.toPods: plain the gateway shows no certificate",
      advice: `remove ${key}, or set exposure.tls.toPods to encrypted`,
    }));
}

function tlsFindings(gateway: GatewayConfig, path: Finding["path"]): Finding[] {
  const { exposure, tls, api, ports } = gateway;
  if (exposure.kind !== "nlb" || exposure.tls === undefined) return [];
  if (tls === undefined) {
    return [
      {
        path: [...path, "exposure", "tls"],
        found: "no tls at the gateway",
        accepted: "the gateway's own tls names the hosts that its load balancer has certificates for",
        advice:
          exposure.tls.toPods === "plain"
            ? "add tls with hosts to the gateway"
            : "add tls with hosts and an issuer to the gateway, or set toPods to plain",
      },
    ];
  }
  const findings: Finding[] = exposure.tls.toPods === "plain" ? unusedKeys(tls, path) : [];
  if (api === "gateway-api") {
    findings.push({
      path: [...path, "api"],
      found: quote(api),
      accepted:
        "a load balancer that ends TLS tells no server name, by which listeners of the Gateway API are found",
      advice: "set api to istio, or remove exposure.tls",
    });
  }
  if (tls.certificates.length > 0) {
    findings.push({
      path: [...path, "tls", "certificates"],
      found: `a list of ${tls.certificates.length}`,
      accepted: "the load balancer chooses among certificates by the server's name, and tells it to nobody",
      advice: "list them in exposure.tls.certificateArns, and their hosts in tls.hosts",
    });
  }
  if (tls.clientCertificates !== undefined) {
    findings.push({
      path: [...path, "tls", "clientCertificates"],
      found: tls.clientCertificates.mode,
      accepted: "clients' certificates end with TLS, at the load balancer",
      advice: "remove it, or remove exposure.tls",
    });
  }
  for (const [index, port] of ports.entries()) {
    if ((port.kind !== "https" && port.kind !== "tls") || port.hosts === undefined) continue;
    findings.push({
      path: [...path, "ports", index, "hosts"],
      found: quote(port.hosts),
      accepted: "the load balancer ends this port's TLS, and tells the server's name to nobody",
      advice: "remove hosts",
    });
  }
  return findings;
}

/** What a gateway can still do where its load balancer ends TLS. */
export const tlsAtTheLoadBalancer = rule(["gateways"], ({ gateways }) =>
  gateways.flatMap((gateway, index) => tlsFindings(gateway, ["gateways", index])),
);
