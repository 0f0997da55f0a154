import { describe, expect, test } from "vitest";
import { existing } from "../support/environments/environment-files";
import { synthesizeMesh } from "../support/stacks/synthesize-mesh";

const mesh = synthesizeMesh(`${existing.trimEnd()}
  namespaces: [{ name: legacy, mtls: permissive }]
gateways:
  - name: ingress
    exposure: { kind: metallb, pool: { kind: install, addresses: [192.0.2.0/28] } }
    tls: { issuer: lab-ca, hosts: [mesh.example.com] }
  - name: egress
    direction: egress
    exposure: { kind: clusterip }
    ports: [{ kind: tcp, name: mongo, port: 27017 }]
certManager:
  issuers: [{ kind: self-signed-ca, name: lab-ca }]
`);
const release = (name: string) => mesh.releaseAddress(name);

describe("terraform apply", () => {
  test.each([
    ["istiod", "istio-base"],
    ["istio-ingress", "istiod"],
    ["istio-ingress", "istio-cni"],
    ["istio-egress", "istiod"],
    ["istio-ingress-listeners", "istiod"],
    ["istio-ingress-listeners", "issuers"],
    ["istio-egress-listeners", "istiod"],
    ["issuers", "cert-manager"],
    ["mesh-policies", "istiod"],
    ["istio-ingress", "mesh-policies"],
    ["istio-egress", "mesh-policies"],
    ["istio-ingress-listeners", "mesh-policies"],
    ["healthz", "mesh-policies"],
    ["healthz", "istiod"],
    ["healthz", "istio-cni"],
    ["metallb-pool", "metallb"],
    ["istio-ingress", "metallb-pool"],
  ])("installs %s after %s", (later, earlier) => {
    expect(mesh.follows(release(later), release(earlier))).toBe(true);
    expect(mesh.follows(release(earlier), release(later))).toBe(false);
  });

  test.each([
    ["istio-base", "cert-manager"],
    ["istio-base", "istio-cni"],
    ["istiod", "istio-cni"],
    ["istiod", "issuers"],
    ["istio-ingress", "istio-egress"],
    ["mesh-policies", "issuers"],
    ["metallb", "istiod"],
  ])("installs %s and %s side by side", (one, other) => {
    expect(mesh.follows(release(one), release(other))).toBe(false);
    expect(mesh.follows(release(other), release(one))).toBe(false);
  });

  test("touches nothing of Istio before it has looked at the istiod that runs", () => {
    const ofIstio = mesh.releaseNames.filter((name) => !/^(cert-manager|issuers|metallb.*)$/.test(name));
    expect(ofIstio).toEqual(expect.arrayContaining(["istio-base", "istiod", "istio-cni", "istio-ingress"]));
    const unguarded = ofIstio.filter((name) => !mesh.follows(release(name), mesh.guardAddress));
    expect(unguarded).toEqual([]);
    expect(mesh.follows(release("cert-manager"), mesh.guardAddress)).toBe(false);
  });

  test("makes every namespace before what it puts there", () => {
    const early = mesh.releaseNames.flatMap((name) => {
      const { namespace } = mesh.release(name);
      const own = "manifests" in mesh.values(name) ? mesh.objects(name) : [];
      const namespaces = new Set([
        String(namespace),
        ...own.flatMap(({ metadata }) => metadata.namespace ?? []),
      ]);
      return [...namespaces].flatMap((each) =>
        mesh.follows(release(name), mesh.namespaceAddress(each)) ? [] : [`${name} in ${each}`],
      );
    });
    expect(early).toEqual([]);
  });

  test("makes namespaces for applications after what answers load balancers, so that a destroy orphans none", () => {
    const applications = mesh.namespaceAddress("legacy");
    expect(mesh.follows(applications, release("metallb-pool"))).toBe(true);
    expect(mesh.follows(mesh.namespaceAddress("cert-manager"), release("metallb-pool"))).toBe(false);
  });

  test("starts no gateway that waits for a certificate before the certificate is asked for", () => {
    expect(mesh.follows(release("istio-ingress"), release("istio-ingress-listeners"))).toBe(true);
    expect(mesh.follows(release("istio-egress"), release("istio-egress-listeners"))).toBe(false);
  });

  test("reads a gateway's address only when the gateway is ready", () => {
    const services = Object.keys(mesh.json.data?.["kubernetes_service_v1"] ?? {});
    expect(services).toHaveLength(2);
    for (const name of services) {
      const gateway = name.includes("egress") ? "istio-egress" : "istio-ingress";
      expect(mesh.follows(`data.kubernetes_service_v1.${name}`, release(gateway))).toBe(true);
    }
  });
});
