import { describe, expect, test } from "vitest";
import { aws, warningWordingOf } from "../support/environments/environment-files";
import { check, gateway, gateways, onto } from "../support/environments/rule-cases";

describe("certificates", () => {
  const issuer = (name: string, solver = "") =>
    solver === ""
      ? `{ kind: self-signed-ca, name: ${name} }`
      : `{ kind: acme, name: ${name}, email: ops@example.com, solver: ${solver} }`;
  const certManager = (...issuers: string[]) => `certManager: { issuers: [${issuers.join(", ")}] }`;
  const tls = (name: string, ...hosts: string[]) =>
    `tls: { issuer: ${name}, hosts: ["${hosts.join('", "')}"] }`;
  const http01 = "{ kind: http01 }";
  const dns01 = "{ kind: dns01, provider: { kind: cloudflare, apiTokenSecret: { name: cf, key: token } } }";
  const edge = (more: string) => gateways(gateway("{ kind: nlb, scheme: internet-facing }", more));
  const two = (first: string, second: string) =>
    gateways(
      gateway("{ kind: nlb, scheme: internet-facing }", first),
      gateway("{ kind: nlb, scheme: internet-facing }", second, "second"),
    );
  const shop = "shop.example.com";

  check(
    onto(aws, {
      "need an issuer that exists": [
        `${edge(tls("lab-ac", shop))}\n${certManager(issuer("lab-ca"))}`,
        'tls.issuer: certManager.issuers has lab-ca, got "lab-ac"; did you mean lab-ca?',
        `${edge(tls("lab-ca", shop))}\n${certManager(issuer("lab-ca"))}`,
      ],
      "need an issuer at all": [
        edge(tls("lab-ca", shop)),
        'an entry of certManager.issuers, which is empty, got "lab-ca"; add it',
        `${edge(tls("lab-ca", shop))}\ncertManager: { management: adopt }`,
      ],
      "need cert-manager": [
        `${edge(tls("lab-ca", shop))}\ncertManager: { management: none }`,
        "gateways[0].tls: a certificate from an issuer is made by cert-manager",
        `${edge("")}\ncertManager: { management: none }`,
      ],
      "for wildcards need DNS-01": [
        `${edge(tls("le", "*.example.com"))}\n${certManager(issuer("le", http01))}`,
        "tls.hosts[0]: issuer le proves names by http01, and a wildcard cannot",
        `${edge(tls("le", "*.example.com"))}\n${certManager(issuer("le", dns01))}`,
      ],
      "by HTTP-01 need an ingress gateway": [
        certManager(issuer("le", http01)),
        "port 80 of an ingress gateway, and there is none",
        `${edge("")}\n${certManager(issuer("le", http01))}`,
      ],
      "by HTTP-01 of a gateway that is not the first need DNS-01": [
        `${two(tls("ca", shop), tls("le", "api.example.com"))}\n${certManager(issuer("ca"), issuer("le", http01))}`,
        'gateways[1].tls.issuer: an issuer that does not solve by http01, which only the first ingress gateway answers, ingress, got "le"; give the gateway an issuer with a solver of kind dns01, or list it before ingress',
        `${two(tls("le", "api.example.com"), tls("ca", shop))}\n${certManager(issuer("ca"), issuer("le", http01))}`,
      ],
      "by HTTP-01 of two gateways need DNS-01 for one": [
        `${two(tls("le", shop), tls("le", "api.example.com"))}\n${certManager(issuer("le", http01))}`,
        'answers, ingress, got "le"; give the gateway an issuer with a solver of kind dns01',
        `${two(tls("le", shop), tls("dns", "api.example.com"))}\n${certManager(issuer("le", http01), issuer("dns", dns01))}`,
      ],
      "hold each name once": [
        `${edge(tls("ca", shop, shop))}\n${certManager(issuer("ca"))}`,
        "tls.hosts[1]: each entry of the list stands once",
        `${edge(tls("ca", shop, "www.example.com"))}\n${certManager(issuer("ca"))}`,
      ],
      "hold the health check's name": [
        `${edge(tls("ca", shop))}\n${certManager(issuer("ca"))}\nhealth: { host: health.example.com }`,
        "health.host: the first ingress gateway's certificate is for shop.example.com, got",
        `${edge(tls("ca", shop, "*.example.com"))}\n${certManager(issuer("ca"))}\nhealth: { host: health.example.com }`,
      ],
      "cover the names of further HTTPS ports": [
        `${edge(`${tls("ca", shop)}, ports: [{ kind: https, name: admin, port: 8443, hosts: [admin.example.com] }]`)}\n${certManager(issuer("ca"))}`,
        "ports[0].hosts[0]: the gateway's certificate is for shop.example.com",
        `${edge(`${tls("ca", shop)}, ports: [{ kind: https, name: admin, port: 8443, hosts: [shop.example.com] }]`)}\n${certManager(issuer("ca"))}`,
      ],
      "by a wildcard cover one label only": [
        `${edge(tls("ca", "*.example.com"))}\n${certManager(issuer("ca"))}\nhealth: { host: a.b.example.com }`,
        "health.host: the first ingress gateway's certificate is for *.example.com",
        `${edge(tls("ca", "*.example.com"))}\n${certManager(issuer("ca"))}\nhealth: { host: b.example.com }`,
      ],
      "come from issuers of different names": [
        certManager(issuer("ca"), issuer("ca")),
        "certManager.issuers[1].name: each ClusterIssuer stands once, and ca is made above",
        certManager(issuer("ca"), issuer("cb")),
      ],
      "come from issuers beside the private CA's second one": [
        certManager(issuer("ca"), issuer("ca-bootstrap", dns01)),
        "and ca-bootstrap is made above",
        certManager(issuer("ca"), issuer("ca-boot", dns01)),
      ],
      "are not issued without cert-manager": [
        `certManager: { management: none, issuers: [${issuer("ca")}] }`,
        "certManager.issuers: with certManager.management: none",
        `certManager: { management: adopt, issuers: [${issuer("ca")}] }`,
      ],
    }),
  );

  test("by HTTP-01 behind a gateway that the internet does not reach are warned of", () => {
    const text = (exposure: string) =>
      `${aws}${gateways(gateway(exposure))}\n${certManager(issuer("le", http01))}\n`;
    expect(warningWordingOf(text("{ kind: nlb }"))).toContain(
      "gateway ingress does not answer everybody there",
    );
    expect(warningWordingOf(text("{ kind: clusterip }"))).toContain("does not answer everybody");
    expect(warningWordingOf(text("{ kind: nlb, scheme: internet-facing }"))).toBe("");
  });

  test("by HTTP-01 through an istiod that is left alone are warned of", () => {
    const text = (management: string) =>
      `${aws}  management: ${management}\n${edge("")}\n${certManager(issuer("le", http01))}\n`;
    expect(warningWordingOf(text("adopt"))).toContain(
      "its MeshConfig has ingressControllerMode: STRICT and ingressSelector: ingress",
    );
    expect(warningWordingOf(text("install"))).toBe("");
  });
});
