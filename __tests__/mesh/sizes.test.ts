import { describe, expect, test } from "vitest";
import { existing } from "../support/environments/environment-files";
import type { MeshJson } from "../support/stacks/mesh-json";
import { synthesizeMesh } from "../support/stacks/synthesize-mesh";

const ingress = "gateways:\n  - name: ingress\n    exposure: { kind: clusterip }\n";
const production = synthesizeMesh(existing + ingress);
const small = synthesizeMesh(`${existing}  size: small\n${ingress}`);

function healthObjects(mesh: MeshJson): string[] {
  return mesh.objects("healthz").map(({ kind }) => kind);
}

describe("production", () => {
  test("runs two to five pods of istiod and of each gateway, spread over zones and nodes", () => {
    expect(production.values("istiod")).toMatchObject({
      autoscaleEnabled: true,
      autoscaleMin: 2,
      autoscaleMax: 5,
    });
    expect(production.values("istio-ingress")).toMatchObject({
      autoscaling: { enabled: true, minReplicas: 2, maxReplicas: 5 },
      podDisruptionBudget: { minAvailable: 1 },
    });
    for (const [release, matchLabels] of [
      ["istiod", { app: "istiod" }],
      ["istio-ingress", { istio: "ingress" }],
    ] as const) {
      const constraints = production.values(release)["topologySpreadConstraints"] as object[];
      expect(constraints).toEqual([
        expect.objectContaining({
          topologyKey: "topology.kubernetes.io/zone",
          labelSelector: { matchLabels },
        }),
        expect.objectContaining({ topologyKey: "kubernetes.io/hostname", labelSelector: { matchLabels } }),
      ]);
    }
  });

  test("lets the autoscaler of a gateway aim at what the file says", () => {
    const aimed = synthesizeMesh(`${existing}${ingress}    targetCpuPercent: 65\n`);
    expect(aimed.values("istio-ingress")["autoscaling"]).toMatchObject({
      targetCPUUtilizationPercentage: 65,
    });
    expect(production.values("istio-ingress")["autoscaling"]).not.toHaveProperty(
      "targetCPUUtilizationPercentage",
    );
  });

  test("runs cert-manager so that one node may go", () => {
    expect(production.values("cert-manager")).toMatchObject({
      replicaCount: 2,
      podDisruptionBudget: { enabled: true },
      webhook: { replicaCount: 3, podDisruptionBudget: { enabled: true } },
      cainjector: { replicaCount: 2 },
    });
  });

  test("sets CPU and memory aside for every part of cert-manager", () => {
    const requested = { requests: { cpu: expect.any(String), memory: expect.any(String) } };
    const parts = (mesh: MeshJson) => {
      const values = mesh.values("cert-manager") as Record<string, { resources?: object }>;
      return [values, values["webhook"], values["cainjector"]].map((part) => part?.resources);
    };
    expect(parts(production)).toEqual([requested, requested, requested]);
    expect(parts(small)).toEqual([undefined, undefined, undefined]);
  });

  test("runs two pods of the health workload, with a budget", () => {
    expect(production.object("healthz", "Deployment", "healthz").spec.replicas).toBe(2);
    expect(healthObjects(production)).toContain("PodDisruptionBudget");
  });
});

describe("small", () => {
  test("runs one pod of everything", () => {
    expect(small.values("istiod")).toMatchObject({ autoscaleEnabled: false, replicaCount: 1 });
    expect(small.values("istio-ingress")).toMatchObject({ autoscaling: { enabled: false }, replicaCount: 1 });
    expect(small.values("cert-manager")).toMatchObject({
      replicaCount: 1,
      webhook: { replicaCount: 1 },
      cainjector: { replicaCount: 1 },
    });
    expect(small.object("healthz", "Deployment", "healthz").spec.replicas).toBe(1);
  });

  test("has no disruption budgets: with one pod they would block every drain", () => {
    expect(small.values("istio-ingress")).not.toHaveProperty("podDisruptionBudget");
    expect(small.values("cert-manager")).toMatchObject({
      podDisruptionBudget: { enabled: false },
      webhook: { podDisruptionBudget: { enabled: false } },
    });
    expect(healthObjects(small)).not.toContain("PodDisruptionBudget");
  });

  test("asks less of the nodes than production does", () => {
    expect(small.values("istiod")["resources"].requests).toEqual({ cpu: "100m", memory: "256Mi" });
    expect(production.values("istiod")["resources"].requests).toEqual({ cpu: "500m", memory: "2048Mi" });
  });
});

describe("the file", () => {
  const mesh =
    synthesizeMesh(`${existing}  istiod: { replicas: { min: 3, max: 3 }, resources: { requests: { cpu: "1" } } }
  proxyResources: { requests: { cpu: 50m }, limits: { memory: 256Mi } }
gateways:
  - name: ingress
    exposure: { kind: clusterip }
    replicas: { min: 4, max: 8 }
    resources: { requests: { cpu: 200m } }
`);

  test("says how many pods run; without room for an autoscaler there is none", () => {
    expect(mesh.values("istiod")).toMatchObject({ autoscaleEnabled: false, replicaCount: 3 });
    expect(mesh.values("istio-ingress")["autoscaling"]).toEqual({
      enabled: true,
      minReplicas: 4,
      maxReplicas: 8,
    });
  });

  test("says what they ask for; what it leaves open is the size's", () => {
    expect(mesh.values("istiod")["resources"]).toEqual({ requests: { cpu: "1", memory: "2048Mi" } });
    expect(mesh.values("istio-ingress")["resources"]).toEqual({ requests: { cpu: "200m" } });
    expect(mesh.values("istiod")["global"].proxy.resources).toEqual({
      requests: { cpu: "50m" },
      limits: { memory: "256Mi" },
    });
  });
});

describe("the mesh", () => {
  const meshConfig = (keys: string) => synthesizeMesh(`${existing}${keys}`).values("istiod")["meshConfig"];

  test.each([
    ["JSON where the file says nothing", "", { accessLogFile: "/dev/stdout", accessLogEncoding: "JSON" }],
    ["text", "  accessLogs: text\n", { accessLogFile: "/dev/stdout", accessLogEncoding: "TEXT" }],
  ])("logs requests as %s", (_what, keys, expected) => {
    expect(meshConfig(keys)).toMatchObject(expected);
  });

  test("logs no request where the file says off", () => {
    expect(meshConfig("  accessLogs: off\n")).not.toHaveProperty("accessLogFile");
    expect(meshConfig("")).toHaveProperty("accessLogFile");
  });

  test.each([
    ["", "ALLOW_ANY"],
    ["  outboundTraffic: registry-only\n", "REGISTRY_ONLY"],
  ])("with %j lets out %s", (keys, mode) => {
    expect(meshConfig(keys)).toMatchObject({ outboundTrafficPolicy: { mode } });
  });

  test("has the trust domain of the file", () => {
    expect(meshConfig("  trustDomain: mesh.example.com\n")).toMatchObject({
      trustDomain: "mesh.example.com",
    });
  });
});
