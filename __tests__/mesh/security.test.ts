import { describe, expect, test } from "vitest";
import { existing } from "../support/environments/environment-files";
import type { MeshJson } from "../support/stacks/mesh-json";
import { synthesizeMesh } from "../support/stacks/synthesize-mesh";

const ingress = "gateways:\n  - name: ingress\n    exposure: { kind: clusterip }\n";

function mesh(keys: string, more = ingress): MeshJson {
  return synthesizeMesh(`${existing}${keys}${more}`);
}

/** Mode of each PeerAuthentication, by namespace. */
function mtlsModes(of: MeshJson): Record<string, string> {
  return Object.fromEntries(
    of.objectsOfKind("PeerAuthentication").map(({ metadata, spec }) => [metadata.namespace, spec.mtls.mode]),
  );
}

function podSecurity(of: MeshJson): Record<string, string | undefined> {
  return Object.fromEntries(
    Object.entries(of.namespaces).map(([name, labels]) => [
      name,
      labels["pod-security.kubernetes.io/enforce"],
    ]),
  );
}

describe("mTLS", () => {
  test("is strict in the whole mesh where the file says nothing", () => {
    expect(mtlsModes(mesh(""))).toEqual({ "istio-system": "STRICT" });
  });

  test("is permissive where the file says so", () => {
    expect(mtlsModes(mesh("  mtls: permissive\n"))).toEqual({ "istio-system": "PERMISSIVE" });
  });

  test("differs in the namespaces that differ, and in no other", () => {
    const namespaces =
      "  namespaces: [{ name: legacy, mtls: permissive }, { name: shop, mtls: strict }, { name: docs }]\n";
    expect(mtlsModes(mesh(namespaces))).toEqual({ "istio-system": "STRICT", legacy: "PERMISSIVE" });
    expect(mtlsModes(mesh(`  mtls: permissive\n${namespaces}`))).toEqual({
      "istio-system": "PERMISSIVE",
      shop: "STRICT",
    });
  });

  test("of an adopted mesh stays as it is; only the environment's own namespaces get a policy", () => {
    const namespaces = "  namespaces: [{ name: legacy, mtls: permissive }, { name: shop }]\n";
    expect(mtlsModes(mesh(`  management: adopt\n${namespaces}`))).toEqual({
      legacy: "PERMISSIVE",
      shop: "STRICT",
    });
    expect(mesh("  management: adopt\n").releaseNames).not.toContain("mesh-policies");
    expect(mesh("").releaseNames).toContain("mesh-policies");
  });
});

describe("Pod Security", () => {
  const namespaces = "  namespaces: [{ name: shop }, { name: legacy, podSecurity: baseline }]\n";

  test("is restricted wherever a pod can do without the node", () => {
    expect(podSecurity(mesh(namespaces))).toEqual({
      "istio-system": "privileged",
      "cert-manager": "restricted",
      "istio-ingress": "restricted",
      "mesh-health": "restricted",
      shop: "restricted",
      legacy: "baseline",
    });
  });

  test("without the CNI agent is privileged where pods have sidecars: each changes the network itself", () => {
    const shop = "  namespaces: [{ name: shop }]\n";
    expect(podSecurity(mesh(`  cni: { enabled: false }\n${shop}`))).toMatchObject({
      "istio-system": "baseline",
      "istio-ingress": "restricted",
      "mesh-health": "privileged",
      shop: "privileged",
    });
  });

  test("is warned of at the level that is enforced", () => {
    for (const labels of Object.values(mesh(namespaces).namespaces)) {
      expect(labels["pod-security.kubernetes.io/warn"]).toBe(labels["pod-security.kubernetes.io/enforce"]);
    }
  });

  test("restricted is met by sidecars and gateways: both have a seccomp profile", () => {
    const of = mesh("");
    const seccompProfile = { type: "RuntimeDefault" };
    expect(of.values("istiod")["global"].proxy).toMatchObject({ seccompProfile });
    expect(of.values("istio-ingress")["securityContext"]).toEqual({
      seccompProfile,
      sysctls: [{ name: "net.ipv4.ip_unprivileged_port_start", value: "0" }],
    });
  });
});

describe("sidecars", () => {
  const of = mesh("  namespaces: [{ name: shop }]\n");

  test("come into the namespaces for applications and the health workload's, and nowhere else", () => {
    const injected = Object.entries(of.namespaces).filter(
      ([, labels]) => labels["istio-injection"] === "enabled",
    );
    expect(injected.map(([name]) => name).sort()).toEqual(["mesh-health", "shop"]);
    expect(Object.keys(of.namespaces)).toContain("istio-system");
  });

  test("need no privileged init container: istiod knows of the CNI agent", () => {
    expect(of.values("istiod")["pilot"]).toEqual({ cni: { enabled: true } });
    expect(of.releaseNames).toContain("istio-cni");
  });

  test("without the CNI agent have one", () => {
    const without = mesh("  cni: { enabled: false }\n");
    expect(without.values("istiod")["pilot"]).toEqual({ cni: { enabled: false } });
    expect(without.releaseNames).not.toContain("istio-cni");
  });
});
