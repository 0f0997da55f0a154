import { beforeAll, describe, expect, test } from "vitest";
import { existing, messagesOf, problemsOf } from "../support/environments/environment-files";
import { check, onto } from "../support/environments/rule-cases";
import { newAuthority } from "../support/smoke/certificate-authority";
import type { MeshJson } from "../support/stacks/mesh-json";
import { synthesizeMesh } from "../support/stacks/synthesize-mesh";

const issuers = "certManager: { issuers: [{ kind: self-signed-ca, name: lab-ca }] }";
const acme =
  "certManager: { issuers: [{ kind: acme, name: le, email: a@example.com, solver: { kind: dns01, provider: { kind: cloudflare, apiTokenSecret: { name: cf, key: token } } } }] }";
const withCa = (ca: string) => `${existing}  ca: ${ca}\n${issuers}\n`;
const pinned = (pem: string) => JSON.stringify([pem]);

let root: string;
let leaf: string;
let expired: string;
beforeAll(async () => {
  const authority = await newAuthority("corporate");
  root = authority.pem;
  leaf = (await authority.issue()).cert;
  expired = (await authority.intermediate("gone", -390)).pem;
});

/** What the projected volume makes of Secret and ConfigMap: `file ← source/key`. */
function mountedFiles(mesh: MeshJson): string[] {
  const [volume] = mesh.values("istiod")["volumes"] as {
    projected: {
      sources: { [kind: string]: { name: string; items: { key: string; path: string }[] } }[];
    };
  }[];
  return (volume?.projected.sources ?? []).flatMap((source) =>
    Object.values(source).flatMap(({ name, items }) =>
      items.map(({ key, path }) => `${path} <- ${name}/${key}`),
    ),
  );
}

describe("mesh.ca", () => {
  test("is istiod's own where nothing is said, and then nothing waits and nothing is added", () => {
    const mesh = synthesizeMesh(`${existing}${issuers}\n`);
    expect(mesh.values("istiod")).not.toHaveProperty("volumes");
    expect(mesh.releaseNames).not.toContain("mesh-ca");
    expect(mesh.outputs).not.toHaveProperty("mesh_ca");
    expect(mesh.follows(mesh.releaseAddress("istiod"), mesh.releaseAddress("issuers"))).toBe(false);
  });

  test("from an issuer comes before istiod, which waits for each of the four files", () => {
    const mesh = synthesizeMesh(withCa("{ kind: cacerts, issuer: lab-ca }"));
    for (const earlier of ["cert-manager", "issuers", "mesh-ca"]) {
      expect(mesh.follows(mesh.releaseAddress("istiod"), mesh.releaseAddress(earlier))).toBe(true);
    }
    expect(mesh.object("mesh-ca", "Certificate", "mesh-ca").spec).toMatchObject({
      isCA: true,
      secretName: "mesh-ca",
      issuerRef: { kind: "ClusterIssuer", name: "lab-ca" },
    });
    expect(mountedFiles(mesh)).toEqual([
      "ca-cert.pem <- mesh-ca/tls.crt",
      "ca-key.pem <- mesh-ca/tls.key",
      "cert-chain.pem <- mesh-ca/tls.crt",
      "root-cert.pem <- mesh-ca/ca.crt",
    ]);
    expect(JSON.stringify(mesh.values("istiod")["volumes"])).not.toContain("optional");
    expect(mesh.values("istiod")["env"]).toMatchObject({ ROOT_CA_DIR: "/etc/mesh-ca" });
    expect(mesh.outputs).toHaveProperty("mesh_ca");
  });

  test("with pinned roots takes them from what the file says, and not from the Secret", () => {
    const mesh = synthesizeMesh(withCa(`{ kind: cacerts, issuer: lab-ca, roots: ${pinned(root)} }`));
    expect(mountedFiles(mesh)).toContain("root-cert.pem <- mesh-ca/root-cert.pem");
    expect(mountedFiles(mesh)).not.toContain("root-cert.pem <- mesh-ca/ca.crt");
    const declared = mesh.object("mesh-ca", "ConfigMap", "mesh-ca") as unknown as {
      data: Record<string, string>;
    };
    expect(declared.data["root-cert.pem"]?.trim()).toBe(root.trim());
    expect(declared.data["roots"]).toMatch(/^[0-9a-f]{64}$/);
  });

  test("from a Secret that exists asks cert-manager for nothing, and puts no key into the state", () => {
    const text = `${existing}  ca: { kind: cacerts, secretName: corporate-ca, roots: ${pinned(root)} }\n`;
    const mesh = synthesizeMesh(text);
    expect(mesh.objectsOfKind("Certificate")).toEqual([]);
    expect(mountedFiles(mesh)).toContain("ca-key.pem <- corporate-ca/ca-key.pem");
    const reads = Object.values(mesh.json.data?.["kubernetes_resources"] ?? {}).map(({ kind }) => kind);
    expect(reads).toContain("ConfigMap");
    expect(reads).not.toContain("Secret");
    const tls = text.replace("secretName: corporate-ca", "secretName: corporate-ca, secretKeys: tls");
    expect(mountedFiles(synthesizeMesh(tls))).toContain("ca-key.pem <- corporate-ca/tls.key");
  });

  test("by istio-csr stands between the issuer and istiod, with the root pinned and the revision listed", () => {
    const mesh = synthesizeMesh(withCa(`{ kind: istio-csr, issuer: lab-ca, roots: ${pinned(root)} }`));
    const csr = mesh.releaseAddress("cert-manager-istio-csr");
    expect(mesh.follows(csr, mesh.releaseAddress("issuers"))).toBe(true);
    expect(mesh.follows(csr, mesh.releaseAddress("mesh-ca"))).toBe(true);
    expect(mesh.follows(mesh.releaseAddress("istiod"), csr)).toBe(true);
    expect(mesh.values("cert-manager-istio-csr")["app"]).toMatchObject({
      certmanager: { issuer: { name: "lab-ca", kind: "ClusterIssuer", group: "cert-manager.io" } },
      tls: { rootCAFile: "/etc/mesh-ca/root-cert.pem" },
      istio: { revisions: ["default"] },
    });
    expect(mesh.values("istiod")).toMatchObject({
      env: { ENABLE_CA_SERVER: "false" },
      global: { caAddress: "cert-manager-istio-csr.cert-manager.svc:443" },
      deploymentLabels: { "istio-cdktf.dev/ca": "istio-csr" },
    });
  });
});

describe("a plan", () => {
  const conditionsOf = (ca: string) => {
    const mesh = synthesizeMesh(withCa(ca));
    return JSON.stringify(mesh.json.data?.["kubernetes_resources"]);
  };

  test("stops where the mesh that runs was started with another kind of CA", () => {
    expect(conditionsOf("{ kind: cacerts, issuer: lab-ca }")).toContain(
      "The mesh was started with another kind of CA than cacerts",
    );
    expect(conditionsOf("{ kind: istio }")).toContain("another kind of CA than istio");
  });

  test("looks at what was declared before where there is a CA, and only there", () => {
    expect(conditionsOf("{ kind: cacerts, issuer: lab-ca }")).toContain("The signer of the mesh changes");
    expect(conditionsOf("{ kind: istio }")).not.toContain("The signer of the mesh changes");
  });
});

describe("the file", () => {
  check(
    onto(`${existing}`, {
      "needs an issuer that exists": [
        `  ca: { kind: cacerts, issuer: lab-ac }\n${issuers}`,
        'mesh.ca.issuer: certManager.issuers has lab-ca, got "lab-ac"; did you mean lab-ca?',
        `  ca: { kind: cacerts, issuer: lab-ca }\n${issuers}`,
      ],
      "needs one place for the CA": [
        `  ca: { kind: cacerts }\n${issuers}`,
        "mesh.ca: one of issuer, issuerRef, secretName, got none of them; add one",
        `  ca: { kind: cacerts, issuerRef: { name: vault } }\n${issuers}`,
      ],
      "needs no two places for the CA": [
        `  ca: { kind: cacerts, issuer: lab-ca, issuerRef: { name: vault } }\n${issuers}`,
        "got issuer and issuerRef; keep issuer, or remove it",
        `  ca: { kind: cacerts, issuer: lab-ca }\n${issuers}`,
      ],
      "needs an issuer that signs CAs": [
        `  ca: { kind: cacerts, issuer: le }\n${acme}`,
        "mesh.ca.issuer: an issuer that signs for workload identities: an ACME server signs neither a CA",
        `  ca: { kind: cacerts, issuer: lab-ca }\n${issuers}`,
      ],
      "needs cert-manager for an issuer": [
        "  ca: { kind: cacerts, issuer: lab-ca }\ncertManager: { management: none }",
        "a certificate from an issuer is made by cert-manager",
        "  ca: { kind: cacerts, issuer: lab-ca }\ncertManager: { management: adopt }",
      ],
      "needs the root of a Secret that exists": [
        "  ca: { kind: cacerts, secretName: corporate-ca }",
        "with secretName the root is named, too",
        "  ca: { kind: istio }",
      ],
      "renews before the end": [
        `  ca: { kind: cacerts, issuer: lab-ca, durationDays: 30, renewBeforeDays: 30 }\n${issuers}`,
        "mesh.ca.renewBeforeDays: less than durationDays, which is 30, got 30; set it to 10",
        `  ca: { kind: cacerts, issuer: lab-ca, durationDays: 30, renewBeforeDays: 10 }\n${issuers}`,
      ],
      "ends before the CA that signs": [
        `  ca: { kind: cacerts, issuer: lab-ca }\n${issuers.replace("name:", "durationDays: 90, name:")}`,
        "mesh.ca.durationDays: no more than the CA that signs it: lab-ca holds 90 days",
        `  ca: { kind: cacerts, issuer: lab-ca, durationDays: 90 }\n${issuers.replace("name:", "durationDays: 90, name:")}`,
      ],
      "leaves the CA of an adopted mesh alone": [
        `  management: adopt\n  ca: { kind: cacerts, issuer: lab-ca }\n${issuers}`,
        "a mesh that is adopted keeps the CA that it has",
        `  management: adopt\n${issuers}`,
      ],
      "leaves istiod's volumes alone": [
        `  ca: { kind: cacerts, issuer: lab-ca }\n  istiod: { values: { volumes: [] } }\n${issuers}`,
        "mesh.istiod.values.volumes: lists take each other's place, and mesh.ca mounts a volume",
        `  istiod: { values: { volumes: [] } }\n${issuers}`,
      ],
      "leaves the folder of the CA alone": [
        `  istiod: { values: { env: { ROOT_CA_DIR: /tmp } } }\n${issuers}`,
        "remove it: it follows from mesh.ca",
        `  istiod: { values: { env: { PILOT_TRACE_SAMPLING: "1" } } }\n${issuers}`,
      ],
    }),
  );

  const rootsOf = (...pems: string[]) =>
    messagesOf(withCa(`{ kind: cacerts, issuer: lab-ca, roots: ${JSON.stringify(pems)} }`));

  test("names a root that is no CA, one that has ended, and one that stands twice", () => {
    expect(rootsOf(leaf)).toContain(
      "mesh.ca.roots[0]: a root is the certificate of a CA (CA:TRUE), and this one signs nothing, got a certificate of CN=gateway.test",
    );
    expect(rootsOf(expired)).toContain("a root that still holds");
    expect(rootsOf(root, root)).toContain("mesh.ca.roots[1]: each root stands once, and roots[0] has it");
    expect(rootsOf(root)).toBe("");
  });

  test("has no istio-csr before an ACME server, which signs no workload", () => {
    const csr = (issuer: string, declared: string) =>
      messagesOf(
        `${existing}  ca: { kind: istio-csr, issuer: ${issuer}, roots: ${pinned(root)} }\n${declared}\n`,
      );
    expect(csr("le", acme)).toContain(
      'an ACME server signs neither a CA nor a spiffe:// name, got "le"; add one of kind ca or self-signed-ca',
    );
    expect(csr("lab-ca", issuers)).toBe("");
  });

  test("holds no private key, and nothing that is none at all", () => {
    const key = "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n";
    expect(rootsOf(root + key)).toContain("nothing beside them");
    const nonsense = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    expect(rootsOf(nonsense)).toContain(
      "a root certificate in PEM form, got a block that holds no certificate",
    );
  });

  test("says where, with line and column", () => {
    const [problem] = problemsOf(withCa("{ kind: cacerts, issuer: lab-ac }"));
    expect(problem?.position?.line).toBeGreaterThan(1);
  });
});
