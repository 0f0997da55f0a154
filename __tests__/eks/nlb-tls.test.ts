import { describe, expect, test } from "vitest";
import { aws, messagesOf } from "../support/environments/environment-files";
import { check, gateway, gateways, onto } from "../support/environments/rule-cases";
import type { MeshJson } from "../support/stacks/mesh-json";
import { synthesizeMesh } from "../support/stacks/synthesize-mesh";

const prefix = "service.beta.kubernetes.io/aws-load-balancer-";
const certificate = "arn:aws:acm:eu-central-1:111122223333:certificate/0a1b";
const issuers = "certManager: { issuers: [{ kind: self-signed-ca, name: ca }] }\n";

/** A gateway whose load balancer ends TLS; `tls` is the gateway's own. */
function ending(
  toPods: string,
  tls = toPods === "plain" ? "{ hosts: [shop.example.com] }" : "{ issuer: ca, hosts: [shop.example.com] }",
  more = "",
): string {
  const exposure = `{ kind: nlb, tls: { certificateArns: ["${certificate}"], toPods: ${toPods} } }`;
  return gateways(gateway(exposure, `tls: ${tls}${more}`));
}

const mesh = (text: string) => synthesizeMesh(`${aws}${issuers}${text}\n`);

function annotationsOf(of: MeshJson): Record<string, string> {
  return of.values("istio-ingress")["service"].annotations as Record<string, string>;
}

/** Servers of the gateway's objects, by the number of the port. */
function serversOf(of: MeshJson, port: number): object[] {
  return of
    .objectsOfKind("Gateway")
    .flatMap(({ spec }) => (spec as { servers: { port: { number: number } }[] }).servers)
    .filter((server) => server.port.number === port);
}

describe("TLS that the load balancer ends", () => {
  const encrypted = mesh(ending("encrypted"));
  const plain = mesh(ending("plain"));
  const passed = mesh(gateways(gateway("{ kind: nlb }", "tls: { issuer: ca, hosts: [shop.example.com] }")));

  test("is ended with the certificates of the file, on 443 and not on 80", () => {
    expect(annotationsOf(encrypted)).toMatchObject({
      [`${prefix}ssl-cert`]: certificate,
      [`${prefix}ssl-ports`]: "443",
      [`${prefix}ssl-negotiation-policy`]: "ELBSecurityPolicy-TLS13-1-2-2021-06",
    });
    expect(Object.keys(annotationsOf(passed)).filter((key) => key.includes("ssl"))).toEqual([]);
  });

  test("goes on encrypted to the gateway, which asks for no server name: the load balancer tells none", () => {
    expect(annotationsOf(encrypted)[`${prefix}backend-protocol`]).toBe("ssl");
    expect(serversOf(encrypted, 443)).toEqual([
      expect.objectContaining({
        hosts: ["*/*"],
        port: { number: 443, name: "https", protocol: "HTTPS" },
        tls: expect.objectContaining({ mode: "SIMPLE", credentialName: "istio-ingress-tls" }) as unknown,
      }),
    ]);
    expect(serversOf(passed, 443)).toEqual([expect.objectContaining({ hosts: ["*/shop.example.com"] })]);
  });

  test("goes on in plain where the file says so, without a certificate in the cluster", () => {
    expect(annotationsOf(plain)[`${prefix}backend-protocol`]).toBe("tcp");
    expect(serversOf(plain, 443)).toEqual([
      { port: { number: 443, name: "https", protocol: "HTTP" }, hosts: ["*/*"] },
    ]);
    expect(
      plain.objectsOfKind("Certificate").filter(({ metadata }) => metadata.namespace === "istio-ingress"),
    ).toEqual([]);
    expect(encrypted.objectsOfKind("Certificate").map(({ metadata }) => metadata.namespace)).toContain(
      "istio-ingress",
    );
  });

  test("leaves port 80 a redirect, and the outputs those of HTTPS without a private CA", () => {
    for (const each of [encrypted, plain]) {
      expect(JSON.stringify(each.objectsOfKind("VirtualService"))).toContain('"redirect":{"scheme":"https"');
      expect(each.outputs).toMatchObject({ gateway_https_port: "443", gateway_ca: "" });
    }
    expect(passed.outputs["gateway_ca"]).not.toBe("");
  });

  test("is ended on further ports of TLS, and passed on where a workload ends it", () => {
    const ports =
      ", ports: [{ kind: https, name: partner, port: 8443 }, { kind: tls, name: redis, port: 6380 }, { kind: passthrough, name: vault, port: 8200, hosts: [vault.example.com] }]";
    const further = mesh(ending("plain", undefined, ports));
    expect(annotationsOf(further)[`${prefix}ssl-ports`]).toBe("443,8443,6380");
    expect(serversOf(further, 6380)).toEqual([
      { port: { number: 6380, name: "redis", protocol: "TCP" }, hosts: ["*/*"] },
    ]);
    expect(serversOf(further, 8200)).toEqual([
      expect.objectContaining({ hosts: ["*/vault.example.com"], tls: { mode: "PASSTHROUGH" } }),
    ]);
  });
});

describe("refused is", () => {
  const own = "{ issuer: ca, hosts: [shop.example.com] }";
  const client = JSON.stringify("-----BEGIN CERTIFICATE-----\nMA==\n-----END CERTIFICATE-----\n");
  check(
    onto(`${aws}${issuers}`, {
      "what nobody said is plain: a gateway without a certificate": [
        ending("encrypted", "{ hosts: [shop.example.com] }"),
        "gateways[0].tls",
        ending("plain", "{ hosts: [shop.example.com] }"),
      ],
      "a certificate that no pod shows": [
        ending("plain", own),
        "gateways[0].tls.issuer: with exposure.tls.toPods: plain the gateway shows no certificate, got issuer; remove issuer, or set exposure.tls.toPods to encrypted",
        ending("encrypted", own),
      ],
      "a gateway without hosts": [
        gateways(gateway(`{ kind: nlb, tls: { certificateArns: ["${certificate}"] } }`)),
        "gateways[0].exposure.tls: the gateway's own tls names the hosts",
        ending("encrypted"),
      ],
      "a second certificate": [
        ending(
          "encrypted",
          "{ issuer: ca, hosts: [shop.example.com], certificates: [{ name: b, issuer: ca, hosts: [b.example.com] }] }",
        ),
        "list them in exposure.tls.certificateArns, and their hosts in tls.hosts",
        ending("encrypted", "{ issuer: ca, hosts: [shop.example.com, b.example.com] }"),
      ],
      "a port found by the server's name": [
        ending(
          "encrypted",
          own,
          ", ports: [{ kind: https, name: p, port: 8443, hosts: [shop.example.com] }]",
        ),
        "gateways[0].ports[0].hosts: the load balancer ends this port's TLS",
        ending("encrypted", own, ", ports: [{ kind: https, name: p, port: 8443 }]"),
      ],
      "a listener of the Gateway API, found by the server's name": [
        `gatewayApi: { management: install }\n${ending("encrypted", own, ", api: gateway-api")}`,
        "gateways[0].api: a load balancer that ends TLS tells no server name",
        `gatewayApi: { management: install }\n${ending("encrypted", own, ", api: istio")}`,
      ],
      "a certificate of another region": [
        ending("encrypted").replace("eu-central-1", "us-east-1"),
        "certificateArns[0]: a load balancer takes certificates of its own region, eu-central-1",
        ending("encrypted"),
      ],
    }),
  );

  test("a certificate that clients would have to show to the gateway", () => {
    const asked = (exposure: string) =>
      messagesOf(
        `${aws}${issuers}${gateways(gateway(exposure, `tls: { issuer: ca, hosts: [shop.example.com], clientCertificates: { mode: required, ca: ${client} } }`))}\n`,
      );
    const says = "clientCertificates: clients' certificates end with TLS, at the load balancer";
    expect(asked(`{ kind: nlb, tls: { certificateArns: ["${certificate}"] } }`)).toContain(says);
    expect(asked("{ kind: nlb }")).not.toContain(says);
  });
});
