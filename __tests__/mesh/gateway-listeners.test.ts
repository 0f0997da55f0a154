import { describe, expect, test } from "vitest";
import { existing } from "../support/environments/environment-files";
import type { MeshJson } from "../support/stacks/mesh-json";
import { synthesizeMesh } from "../support/stacks/synthesize-mesh";

const issuer = "certManager: { issuers: [{ kind: self-signed-ca, name: lab-ca }] }\n";
const tls = "    tls: { issuer: lab-ca, hosts: [mesh.example.com, shop.example.com] }\n";

function gateway(more = "", exposure = "{ kind: nodeport }"): MeshJson {
  const certManager = more.includes("tls:") ? issuer : "";
  return synthesizeMesh(
    `${existing}gateways:\n  - name: ingress\n    exposure: ${exposure}\n${more}${certManager}`,
  );
}

/** The servers of each Gateway object. */
function servers(mesh: MeshJson): Record<string, unknown> {
  return Object.fromEntries(
    mesh.objectsOfKind("Gateway").map(({ metadata, spec }) => [metadata.name, spec.servers]),
  );
}

/** Key paths in everything that the stack applies. */
function keysOf(mesh: MeshJson): string {
  return mesh.releaseNames.map((name) => JSON.stringify(mesh.values(name))).join("\n");
}

describe("without TLS", () => {
  const mesh = gateway();

  test("port 80 is open to the VirtualServices of all namespaces", () => {
    expect(servers(mesh)).toEqual({
      ingress: [{ port: { number: 80, name: "http", protocol: "HTTP" }, hosts: ["*/*"] }],
    });
  });

  test("there is neither a certificate nor a redirect", () => {
    expect(mesh.objectsOfKind("Certificate")).toEqual([]);
    expect(mesh.objectsOfKind("VirtualService").map(({ metadata }) => metadata.name)).toEqual([
      "healthz-ingress",
    ]);
    expect(gateway(tls).objectsOfKind("Certificate")).not.toEqual([]);
  });
});

describe("with TLS", () => {
  const mesh = gateway(tls);
  const release = "istio-ingress-listeners";

  test("443 serves applications of all namespaces under the hosts of the certificate", () => {
    expect(mesh.object(release, "Gateway", "ingress").spec).toEqual({
      selector: { istio: "ingress" },
      servers: [
        {
          port: { number: 443, name: "https", protocol: "HTTPS" },
          hosts: ["*/mesh.example.com", "*/shop.example.com"],
          tls: { mode: "SIMPLE", credentialName: "istio-ingress-tls", minProtocolVersion: "TLSV1_2" },
        },
      ],
    });
  });

  test("80 is a Gateway object of its own, closed to the VirtualServices of other namespaces", () => {
    const plaintext = mesh.object(release, "Gateway", "ingress-plaintext");
    expect(plaintext.spec.servers).toEqual([
      { port: { number: 80, name: "http", protocol: "HTTP" }, hosts: ["./*"] },
    ]);
    expect(plaintext.metadata.namespace).toBe("istio-ingress");
  });

  test("80 carries the health check and a redirect, and nothing else", () => {
    const users = mesh
      .objectsOfKind("VirtualService")
      .filter(({ spec }) => spec.gateways.some((name: string) => name.endsWith("ingress-plaintext")));
    expect(users.map(({ metadata }) => metadata)).toEqual([
      { name: "ingress-redirect", namespace: "istio-ingress" },
    ]);
    expect(users[0]?.spec.hosts).toEqual(["*"]);
    expect(users[0]?.spec.http).toMatchObject([
      { name: "health", match: [{ uri: { exact: "/healthz" } }] },
      { name: "redirect", redirect: { scheme: "https", redirectCode: 301 } },
    ]);
  });

  test("the redirect names the node port of HTTPS, and no port where that is 443", () => {
    const redirect = (of: MeshJson) =>
      of.object(release, "VirtualService", "ingress-redirect").spec.http[1].redirect;
    expect(redirect(mesh).port).toBe(30011);
    expect(redirect(gateway(tls, "{ kind: clusterip }"))).not.toHaveProperty("port");
  });

  test("no Gateway redirects by itself: it would swallow ACME's challenges", () => {
    expect(keysOf(mesh)).not.toMatch(/httpsRedirect/);
    const raw = '    values: { podAnnotations: { httpsRedirect: "true" } }\n';
    expect(keysOf(gateway(tls + raw))).toMatch(/httpsRedirect/);
  });

  test("the certificate lies where istiod looks for it, with a new key at each renewal", () => {
    const certificate = mesh.object(release, "Certificate", "istio-ingress-tls");
    expect(certificate.metadata.namespace).toBe("istio-ingress");
    expect(certificate.spec).toMatchObject({
      secretName: "istio-ingress-tls",
      dnsNames: ["mesh.example.com", "shop.example.com"],
      issuerRef: { name: "lab-ca", kind: "ClusterIssuer", group: "cert-manager.io" },
      privateKey: { rotationPolicy: "Always" },
    });
  });

  test("TLS 1.3 can be demanded", () => {
    const strict = gateway(tls.replace("hosts:", 'minimumVersion: "1.3", hosts:'));
    expect(strict.object(release, "Gateway", "ingress").spec.servers[0].tls.minProtocolVersion).toBe(
      "TLSV1_3",
    );
  });
});

describe("a further port", () => {
  const ports = `    ports:
      - { kind: http, name: admin, port: 8080, hosts: [admin.example.com], nodePort: 30080 }
      - { kind: https, name: partner, port: 8443, hosts: [shop.example.com] }
      - { kind: grpc, name: orders, port: 9000 }
      - { kind: tcp, name: mongo, port: 27017, nodePort: 30017 }
      - { kind: passthrough, name: vault, port: 8200, hosts: [vault.example.com] }
`;
  const mesh = gateway(tls + ports);
  const server = (name: string) =>
    mesh.object("istio-ingress-listeners", "Gateway", `ingress-${name}`).spec.servers;

  test.each([
    [
      "http",
      "admin",
      { port: { number: 8080, name: "admin", protocol: "HTTP" }, hosts: ["*/admin.example.com"] },
    ],
    ["grpc", "orders", { port: { number: 9000, name: "orders", protocol: "GRPC" }, hosts: ["*/*"] }],
    ["tcp", "mongo", { port: { number: 27017, name: "mongo", protocol: "TCP" }, hosts: ["*/*"] }],
    [
      "passthrough",
      "vault",
      {
        port: { number: 8200, name: "vault", protocol: "TLS" },
        hosts: ["*/vault.example.com"],
        tls: { mode: "PASSTHROUGH" },
      },
    ],
    [
      "https",
      "partner",
      {
        port: { number: 8443, name: "partner", protocol: "HTTPS" },
        hosts: ["*/shop.example.com"],
        tls: { mode: "SIMPLE", credentialName: "istio-ingress-tls", minProtocolVersion: "TLSV1_2" },
      },
    ],
  ])("for %s is a Gateway object of its own", (_kind, name, expected) => {
    expect(server(name)).toEqual([expected]);
  });

  test("is a port of the Service, with the protocol in its name and its node port", () => {
    const { service } = mesh.values("istio-ingress");
    expect(service.ports).toEqual(
      expect.arrayContaining([
        { name: "http-admin", port: 8080, targetPort: 8080, protocol: "TCP", nodePort: 30080 },
        { name: "https-partner", port: 8443, targetPort: 8443, protocol: "TCP" },
        { name: "grpc-orders", port: 9000, targetPort: 9000, protocol: "TCP" },
        { name: "tcp-mongo", port: 27017, targetPort: 27017, protocol: "TCP", nodePort: 30017 },
        { name: "tls-vault", port: 8200, targetPort: 8200, protocol: "TCP" },
      ]),
    );
  });

  test("for https takes the certificate's hosts where it lists none", () => {
    const port = "    ports: [{ kind: https, name: partner, port: 8443 }]\n";
    const { spec } = gateway(tls + port).object("istio-ingress-listeners", "Gateway", "ingress-partner");
    expect(spec.servers[0].hosts).toEqual(["*/mesh.example.com", "*/shop.example.com"]);
  });
});

describe("an egress gateway", () => {
  const text = `${existing}gateways:
  - name: ingress
    exposure: { kind: nodeport }
  - name: egress
    direction: egress
    exposure: { kind: nodeport, httpNodePort: 30020, httpsNodePort: 30021 }
`;
  const mesh = synthesizeMesh(text);

  test("has ports 80 and 443 with node ports of their own", () => {
    expect(mesh.values("istio-egress")["service"]).toMatchObject({
      type: "NodePort",
      ports: [
        { port: 15021, name: "status-port" },
        { port: 80, nodePort: 30020 },
        { port: 443, nodePort: 30021 },
      ],
    });
  });

  test("serves neither applications nor the health check", () => {
    expect(mesh.releaseNames).not.toContain("istio-egress-listeners");
    expect(mesh.releaseNames).toContain("istio-ingress-listeners");
    const virtualServices = mesh.objectsOfKind("VirtualService");
    expect(virtualServices.map(({ metadata }) => metadata.name)).toEqual(["healthz-ingress"]);
    expect(mesh.outputs["gateways"].egress).toMatchObject({ healthz_url: "", healthz_host: "" });
    expect(mesh.outputs["gateways"].ingress.healthz_url).not.toBe("");
  });

  test("is not the gateway that the outputs describe, wherever it stands in the file", () => {
    const [head = "", first = "", second = ""] = text.split(/(?=^ {2}- name)/m);
    const reversed = synthesizeMesh(head + second + first);
    expect(Object.keys(reversed.outputs["gateways"])).toEqual(["egress", "ingress"]);
    expect(reversed.outputs["gateway_service"]).toBe("istio-ingress/istio-ingress");
    expect(reversed.outputs["gateway_http_port"]).toBe("30010");
  });
});
