import { beforeAll, describe, expect, test } from "vitest";
import { existing, messagesOf } from "../support/environments/environment-files";
import { check, onto } from "../support/environments/rule-cases";
import { newAuthority } from "../support/smoke/certificate-authority";
import type { MeshJson } from "../support/stacks/mesh-json";
import { synthesizeMesh } from "../support/stacks/synthesize-mesh";

const issuers = "certManager: { issuers: [{ kind: self-signed-ca, name: ca }] }";
const withTls = (tls: string, more = "") =>
  `${existing}gateways: [{ name: edge, exposure: { kind: clusterip }, tls: { ${tls} }${more} }]\n${issuers}\n`;

let clients: string;
let leaf: string;
beforeAll(async () => {
  const authority = await newAuthority("clients");
  clients = authority.pem;
  leaf = (await authority.issue()).cert;
});

interface Server {
  readonly port: { readonly number: number; readonly name: string; readonly protocol: string };
  readonly hosts: readonly string[];
  readonly tls: { readonly mode: string; readonly credentialName: string };
}

const serversOf = (mesh: MeshJson, name: string) =>
  (mesh.object("istio-edge-listeners", "Gateway", name).spec as { servers: readonly Server[] }).servers;

describe("several certificates on one gateway", () => {
  const mesh = synthesizeMesh(
    withTls(
      "issuer: ca, hosts: [a.example.com], certificates: [{ name: shop, issuer: ca, hosts: [b.example.com] }, { name: given, secretName: theirs, hosts: [c.example.com] }]",
      ", ports: [{ kind: tls, name: redis, port: 6380, hosts: [b.example.com] }]",
    ),
  );

  test("are chosen by host, all on 443", () => {
    expect(
      serversOf(mesh, "edge").map(({ port, hosts, tls }) => [port.number, hosts, tls.credentialName]),
    ).toEqual([
      [443, ["*/a.example.com"], "istio-edge-tls"],
      [443, ["*/b.example.com"], "istio-edge-tls-shop"],
      [443, ["*/c.example.com"], "theirs"],
    ]);
    const names = serversOf(mesh, "edge").map(({ port }) => port.name);
    expect(new Set(names).size).toBe(names.length);
  });

  test("are asked of cert-manager, but not the one that exists", () => {
    const certificates = mesh
      .objects("istio-edge-listeners")
      .filter(({ kind }) => kind === "Certificate")
      .map(({ metadata }) => metadata.name);
    expect(certificates).toEqual(["istio-edge-tls", "istio-edge-tls-shop"]);
  });

  test("end TLS for TCP on a port of their host alone", () => {
    expect(serversOf(mesh, "edge-redis")).toMatchObject([
      {
        port: { number: 6380, protocol: "TLS" },
        tls: { mode: "SIMPLE", credentialName: "istio-edge-tls-shop" },
      },
    ]);
  });
});

test("istioctl is not to warn of a certificate on two ports, and of two gateways it is", () => {
  const annotationsOf = (more: string, name: string) => {
    const mesh = synthesizeMesh(withTls("issuer: ca, hosts: [a.example.com]", more));
    const { metadata } = mesh.object("istio-edge-listeners", "Gateway", name);
    return (metadata as { readonly annotations?: object }).annotations;
  };
  const port = ", ports: [{ kind: https, name: admin, port: 8443 }]";
  const unsaid = { "galley.istio.io/analyze-suppress": "IST0138" };
  expect(annotationsOf(port, "edge")).toEqual(unsaid);
  expect(annotationsOf(port, "edge-admin")).toEqual(unsaid);
  expect(annotationsOf("", "edge")).toBeUndefined();
  expect(annotationsOf(", ports: [{ kind: tcp, name: admin, port: 8443 }]", "edge-admin")).toBeUndefined();
});

test("what is asked of cert-manager is as the file says", () => {
  const mesh = synthesizeMesh(
    withTls(
      "issuerRef: { name: pca, kind: AWSPCAClusterIssuer, group: awspca.cert-manager.io }, hosts: [a.example.com], commonName: a.example.com, privateKey: { algorithm: RSA, size: 4096 }, durationHours: 720, renewBeforeHours: 240",
    ),
  );
  expect(mesh.object("istio-edge-listeners", "Certificate", "istio-edge-tls").spec).toMatchObject({
    commonName: "a.example.com",
    duration: "720h",
    renewBefore: "240h",
    issuerRef: { name: "pca", kind: "AWSPCAClusterIssuer", group: "awspca.cert-manager.io" },
    privateKey: { algorithm: "RSA", size: 4096 },
  });
});

test.each([
  ["required", "MUTUAL"],
  ["optional", "OPTIONAL_MUTUAL"],
])("client certificates that are %s", (mode, tlsMode) => {
  const mesh = synthesizeMesh(
    withTls(
      `issuer: ca, hosts: [a.example.com], clientCertificates: { mode: ${mode}, ca: ${JSON.stringify(clients)} }`,
    ),
  );
  expect(serversOf(mesh, "edge")[0]?.tls.mode).toBe(tlsMode);
  const secret = mesh.object("istio-edge-listeners", "Secret", "istio-edge-tls-cacert");
  expect(secret).toMatchObject({ stringData: { "ca.crt": clients } });
});

describe("the file", () => {
  check(
    onto("", {
      "has one place for a certificate": [
        withTls("issuer: ca, secretName: theirs, hosts: [a.example.com]"),
        "gateways[0].tls.secretName: one of issuer, issuerRef, secretName, got issuer and secretName",
        withTls("secretName: theirs, hosts: [a.example.com]"),
      ],
      "has a host in one certificate": [
        withTls(
          "issuer: ca, hosts: [a.example.com], certificates: [{ name: b, issuer: ca, hosts: [a.example.com] }]",
        ),
        "gateways[0].tls.certificates[0].hosts[0]: a host has one certificate, and tls itself has it",
        withTls(
          "issuer: ca, hosts: [a.example.com], certificates: [{ name: b, issuer: ca, hosts: [b.example.com] }]",
        ),
      ],
      "says nothing of what a Secret already is": [
        withTls("secretName: theirs, hosts: [a.example.com], durationHours: 48"),
        "gateways[0].tls.durationHours: with secretName the certificate is as whoever makes it has it",
        withTls("issuer: ca, hosts: [a.example.com], durationHours: 48"),
      ],
      "renews before the end": [
        withTls("issuer: ca, hosts: [a.example.com], durationHours: 48, renewBeforeHours: 48"),
        "gateways[0].tls.renewBeforeHours: less than the 48 hours that the certificate holds, got 48; set it to 16",
        withTls("issuer: ca, hosts: [a.example.com], durationHours: 48, renewBeforeHours: 16"),
      ],
    }),
  );

  test("asks clients for certificates of a CA, and not for a client's own", () => {
    const asking = (ca: string) =>
      withTls(
        `issuer: ca, hosts: [a.example.com], clientCertificates: { mode: required, ca: ${JSON.stringify(ca)} }`,
      );
    expect(messagesOf(asking(leaf))).toContain(
      "certificates of CAs (CA:TRUE), to which those of clients lead",
    );
    expect(messagesOf(asking(clients))).toBe("");
    expect(messagesOf(`${asking(clients)}health: { check: true }\n`)).toContain(
      "Terraform shows no client certificate",
    );
  });
});
