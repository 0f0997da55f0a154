import { describe, expect, test } from "vitest";
import { compatibility, newest } from "../../config/compatibility/compatibility";
import { existing } from "../support/environments/environment-files";
import type { MeshJson } from "../support/stacks/mesh-json";
import { synthesizeMesh } from "../support/stacks/synthesize-mesh";

const ingress = "gateways:\n  - name: edge\n    exposure: { kind: clusterip }\n";

function withIssuer(issuer: string): MeshJson {
  return synthesizeMesh(`${existing}${ingress}certManager:\n  issuers:\n    - ${issuer}\n`);
}

function clusterIssuer(mesh: MeshJson, name: string) {
  return mesh.object("issuers", "ClusterIssuer", name).spec;
}

describe("an ACME issuer", () => {
  const http01 = withIssuer("{ kind: acme, name: le, email: a@example.com, solver: { kind: http01 } }");
  const dns01 = withIssuer(
    "{ kind: acme, name: le, email: a@example.com, solver: { kind: dns01, provider: { kind: cloudflare, apiTokenSecret: { name: cf, key: token } } } }",
  );

  test("asks Let's Encrypt, under the given address", () => {
    expect(clusterIssuer(http01, "le").acme).toMatchObject({
      server: "https://acme-v02.api.letsencrypt.org/directory",
      email: "a@example.com",
      privateKeySecretRef: { name: "le-account" },
    });
  });

  test("by HTTP-01 answers challenges through Istio's IngressClass at the first ingress gateway", () => {
    expect(clusterIssuer(http01, "le").acme.solvers).toEqual([
      { http01: { ingress: { ingressClassName: "istio" } } },
    ]);
    expect(http01.object("issuers", "IngressClass", "istio").spec).toEqual({
      controller: "istio.io/ingress-controller",
    });
    expect(http01.values("istiod")["meshConfig"]).toMatchObject({
      ingressControllerMode: "STRICT",
      ingressSelector: "edge",
    });
  });

  test("by DNS-01 leaves Ingresses alone", () => {
    expect(dns01.objectsOfKind("IngressClass")).toEqual([]);
    expect(http01.objectsOfKind("IngressClass")).toHaveLength(1);
    expect(dns01.values("istiod")["meshConfig"]).toMatchObject({ ingressControllerMode: "OFF" });
    expect(dns01.values("istiod")["meshConfig"]).not.toHaveProperty("ingressSelector");
  });

  test("by DNS-01 refers to the token's Secret and does not hold it", () => {
    expect(clusterIssuer(dns01, "le").acme.solvers).toEqual([
      { dns01: { cloudflare: { apiTokenSecretRef: { name: "cf", key: "token" } } } },
    ]);
  });

  test("does not make the gateway wait: the challenge arrives through it", () => {
    const tls = (issuer: string) =>
      synthesizeMesh(
        `${existing}${ingress}    tls: { issuer: le, hosts: [mesh.example.com] }\ncertManager: { issuers: [${issuer}] }\n`,
      ).values("istio-edge");
    const acme = tls("{ kind: acme, name: le, email: a@example.com, solver: { kind: http01 } }");
    expect(acme).not.toHaveProperty("volumes");
    expect(tls("{ kind: self-signed-ca, name: le }")["volumes"]).toEqual([
      {
        name: "awaited-certificate",
        secret: { secretName: "istio-edge-tls", items: [{ key: "tls.crt", path: "tls.crt" }] },
      },
    ]);
  });
});

describe("a self-signed CA", () => {
  const mesh = withIssuer("{ kind: self-signed-ca, name: lab-ca, commonName: Lab, durationDays: 90 }");

  test("signs by a certificate of its own in cert-manager's namespace", () => {
    const root = mesh.object("issuers", "Certificate", "lab-ca-root");
    expect(root.metadata.namespace).toBe("cert-manager");
    expect(root.spec).toMatchObject({
      isCA: true,
      commonName: "Lab",
      duration: "2160h",
      secretName: "lab-ca-root",
      issuerRef: { name: "lab-ca-bootstrap" },
    });
    expect(clusterIssuer(mesh, "lab-ca-bootstrap")).toEqual({ selfSigned: {} });
    expect(clusterIssuer(mesh, "lab-ca")).toEqual({ ca: { secretName: "lab-ca-root" } });
  });

  test("keeps its key when the certificate is renewed: clients trust it", () => {
    const root = mesh.object("issuers", "Certificate", "lab-ca-root");
    expect(root.spec.privateKey.rotationPolicy).toBe("Never");
  });
});

test("your own CA is referred to by its Secret", () => {
  const mesh = withIssuer("{ kind: ca, name: corporate, secretName: corporate-ca }");
  expect(mesh.objects("issuers").map(({ kind, spec }) => ({ kind, spec }))).toEqual([
    { kind: "ClusterIssuer", spec: { ca: { secretName: "corporate-ca" } } },
  ]);
});

test("without issuers there is no release of issuers", () => {
  expect(synthesizeMesh(existing).releaseNames).not.toContain("issuers");
  expect(withIssuer("{ kind: ca, name: corporate, secretName: corporate-ca }").releaseNames).toContain(
    "issuers",
  );
});

describe("cert-manager", () => {
  const install = synthesizeMesh(existing);

  test("comes with its CRDs, which stay, and with its startup check", () => {
    expect(install.values("cert-manager")).toMatchObject({
      crds: { enabled: true, keep: true },
      startupapicheck: { enabled: true },
      global: { leaderElection: { namespace: "cert-manager" } },
    });
    expect(install.release("cert-manager")).toMatchObject({
      chart: "cert-manager",
      repository: "oci://quay.io/jetstack/charts",
      version: `v${newest(compatibility.certManager)}`,
      wait: true,
      wait_for_jobs: true,
    });
  });

  test("that the cluster has already is used: its issuers are made, it is not", () => {
    const adopted = synthesizeMesh(
      `${existing}certManager: { management: adopt, issuers: [{ kind: self-signed-ca, name: lab-ca }] }\n`,
    );
    expect(adopted.releaseNames).not.toContain("cert-manager");
    expect(adopted.releaseNames).toContain("issuers");
    expect(adopted.namespaces).not.toHaveProperty("cert-manager");
    expect(install.namespaces).toHaveProperty("cert-manager");
  });

  test("can be done without", () => {
    const none = synthesizeMesh(`${existing}certManager: { management: none }\n`);
    expect(none.releaseNames).toEqual(expect.not.arrayContaining(["cert-manager"]));
    expect(none.releaseNames).toContain("istiod");
  });
});
