import { describe, expect, test } from "vitest";
import { composeMesh } from "../../features/compose-mesh";
import { existing, messagesOf, parse, warningsOf } from "../support/environments/environment-files";
import { root } from "../support/environments/widest-environments";
import { check, onto } from "../support/environments/rule-cases";

const ambient = `${existing}  mode: ambient\n`;

function composed(text: string) {
  const parsed = parse(text);
  if ("problems" in parsed) throw new Error(messagesOf(text));
  return composeMesh(parsed.environment);
}

function release(text: string, name: string) {
  const found = composed(text).releases.find((each) => each.name === name);
  return found?.kind === "chart" ? { ...found, values: found.values as object } : undefined;
}

const labelsOf = (text: string, namespace: string) =>
  composed(text).namespaces.find(({ name }) => name === namespace)?.labels ?? {};

describe("a mesh in ambient mode", () => {
  test("has a ztunnel after the control plane and the node agent, and a sidecar mesh has none", () => {
    const ztunnel = release(ambient, "ztunnel");
    expect(ztunnel).toMatchObject({
      namespace: "istio-system",
      version: "1.31.4",
      phase: "control plane",
      afterReleases: ["istiod", "istio-cni"],
    });
    expect(release(existing, "ztunnel")).toBeUndefined();
  });

  test("tells istiod, the node agent and every Envoy of it", () => {
    expect(release(ambient, "istiod")?.values).toMatchObject({
      env: { PILOT_ENABLE_AMBIENT: "true" },
      meshConfig: { defaultConfig: { proxyMetadata: { ISTIO_META_ENABLE_HBONE: "true" } } },
    });
    expect(release(ambient, "istio-cni")?.values).toMatchObject({ ambient: { enabled: true } });
    const sidecar = JSON.stringify([release(existing, "istiod"), release(existing, "istio-cni")]);
    expect(sidecar).not.toMatch(/AMBIENT|HBONE|ambient/);
  });

  test("has requests of ztunnel on each node", () => {
    const cpu = (text: string) => composed(text).requests.perNode.cpuMillicores;
    expect(cpu(ambient) - cpu(existing)).toBe(200);
    expect(cpu(`${ambient}  ztunnel: { resources: { requests: { cpu: 1000m } } }\n`)).toBe(
      cpu(existing) + 1000,
    );
  });

  test("mixes with sidecars by namespace", () => {
    const text = `${ambient}  namespaces: [{ name: shop }, { name: legacy, mode: sidecar }]\n`;
    expect(labelsOf(text, "shop")).toMatchObject({ "istio.io/dataplane-mode": "ambient" });
    expect(labelsOf(text, "shop")).not.toHaveProperty("istio-injection");
    expect(labelsOf(text, "legacy")).toMatchObject({ "istio-injection": "enabled" });
    expect(labelsOf(text, "legacy")).not.toHaveProperty("istio.io/dataplane-mode");
  });

  test("is followed by ztunnel from the revision that is stable, at the version of the oldest one", () => {
    const [before = ""] = ambient.split("  istioVersion");
    const text = `${before}  mode: ambient
  revisions: [{ name: default, istioVersion: 1.30.8 }, { name: 1-31-4, istioVersion: 1.31.4 }]
  tags: { stable: 1-31-4 }
  namespaces: [{ name: shop }]
`;
    expect(release(text, "ztunnel")).toMatchObject({
      version: "1.30.8",
      afterReleases: ["istiod", "istiod-1-31-4", "istio-cni"],
      values: { revision: "1-31-4" },
    });
    expect(labelsOf(text, "shop")).not.toHaveProperty("istio.io/rev");
    expect(release(text.replace("stable: 1-31-4", "stable: default"), "ztunnel")?.values).not.toHaveProperty(
      "revision",
    );
  });

  test("lets ztunnel ask istio-csr for certificates of pods, where that signs them", () => {
    const issuer = `ca: { kind: istio-csr, issuer: ca, roots: [${root}] }`;
    const issuers = "certManager: { issuers: [{ kind: self-signed-ca, name: ca }] }";
    const text = `${ambient}  ${issuer}\n${issuers}\n`;
    expect(release(text, "ztunnel")?.values).toMatchObject({
      caAddress: "cert-manager-istio-csr.cert-manager.svc:443",
    });
    const server = { server: { caTrustedNodeAccounts: "istio-system/ztunnel" } };
    expect(release(text, "cert-manager-istio-csr")?.values).toMatchObject({ app: server });
    expect(
      release(`${existing}  ${issuer}\n${issuers}\n`, "cert-manager-istio-csr")?.values,
    ).not.toMatchObject({
      app: server,
    });
  });

  test("that somebody else installed gets labels and no ztunnel", () => {
    const text = `${ambient}  management: adopt\n  namespaces: [{ name: shop }]\n`;
    expect(release(text, "ztunnel")).toBeUndefined();
    expect(labelsOf(text, "shop")).toMatchObject({ "istio.io/dataplane-mode": "ambient" });
  });
});

describe("ambient needs", () => {
  check(
    onto(existing, {
      "the mesh's mode for a namespace's": [
        "  namespaces: [{ name: shop, mode: ambient }]",
        "mesh.namespaces[0].mode: ambient needs ztunnel and an istiod that knows it",
        "  mode: ambient\n  namespaces: [{ name: shop, mode: ambient }]",
      ],
      "the node agent": [
        "  mode: ambient\n  cni: { enabled: false }",
        "mesh.mode: in ambient the node agent leads traffic to ztunnel",
        "  cni: { enabled: false }",
      ],
    }),
  );

  test("another place than istio-system on OpenShift, which is refused", () => {
    const openshift = (text: string) =>
      text.replace("kind: existing", "kind: existing\n  platform: openshift");
    expect(messagesOf(openshift(ambient))).toContain("mesh.mode: on OpenShift Istio wants ztunnel");
    expect(messagesOf(openshift(existing))).toBe("");
  });
});

const policiesOf = (policies: string, mode = "ambient") =>
  `${ambient}  namespaces: [{ name: shop, mode: ${mode} }]
gateways: [{ name: ingress, exposure: { kind: clusterip } }]
policies: ${policies}
`;

describe("what only an Envoy beside a pod can do is refused in ambient, and taken with a sidecar", () => {
  test.each([
    [
      "methods",
      "{ authorization: { default: deny, allow: [{ name: cart, namespace: shop, from: { gateways: [ingress] }, methods: [GET] }] } }",
      "policies.authorization.allow[0].methods: namespace shop is in ambient mode",
    ],
    [
      "paths",
      "{ authorization: { default: deny, allow: [{ name: cart, namespace: shop, from: { gateways: [ingress] }, paths: [/cart] }] } }",
      "policies.authorization.allow[0].paths: namespace shop is in ambient mode",
    ],
    [
      "rate limits of a workload",
      "{ rateLimits: [{ name: cart, at: { kind: workload, workload: { namespace: shop, labels: { app: cart } } }, requests: 10 }] }",
      "policies.rateLimits[0].at: an Envoy counts the requests",
    ],
    [
      "ports without mutual TLS",
      '{ mtls: [{ name: cart, workload: { namespace: shop, labels: { app: cart } }, ports: { "8080": disable } }] }',
      'policies.mtls[0].ports["8080"]: namespace shop is in ambient mode',
    ],
  ])("%s", (_, policies, message) => {
    expect(messagesOf(policiesOf(policies))).toContain(message);
    expect(messagesOf(policiesOf(policies, "sidecar"))).toBe("");
  });

  test("connections are judged by ztunnel as well", () => {
    const policies =
      "{ authorization: { default: deny, allow: [{ name: cart, namespace: shop, from: { gateways: [ingress] } }] } }";
    expect(messagesOf(policiesOf(policies))).toBe("");
  });

  test("a revision of its own, for ztunnel follows stable", () => {
    const [before = ""] = existing.split("  istioVersion");
    const text = (mode: string) => `${before}  mode: ambient
  revisions: [{ name: 1-31-4, istioVersion: 1.31.4 }]
  tags: { stable: 1-31-4, canary: 1-31-4 }
  namespaces: [{ name: shop, mode: ${mode}, revision: canary }]
`;
    expect(messagesOf(text("ambient"))).toContain("mesh.namespaces[0].revision: in ambient mode one ztunnel");
    expect(messagesOf(text("sidecar"))).toBe("");
  });
});

describe("what ztunnel ignores is warned of", () => {
  test.each([
    [
      "outboundTraffic",
      "  outboundTraffic: registry-only\n",
      "mesh.outboundTraffic: warning: proxies obey it",
    ],
    [
      "the scope of sidecars",
      "policies: { outbound: { proxyScope: namespace } }\n",
      "policies.outbound.proxyScope: warning: it narrows what sidecars know",
    ],
  ])("%s", (_, more, message) => {
    expect(warningsOf(`${ambient}${more}`)).toContain(message);
    expect(warningsOf(`${existing}${more}`)).toBe("");
  });
});

describe("a waypoint", () => {
  const withWaypoint = (waypoint = "{}", more = "") =>
    `${ambient}  namespaces: [{ name: shop, waypoint: ${waypoint} }]\ngatewayApi: { management: install }\n${more}`;
  const objectsOf = (text: string, name: string) => {
    const found = composed(text).releases.find((each) => each.name === name);
    return found?.kind === "objects" ? found.objects : [];
  };
  const gatewayOf = (text: string) =>
    objectsOf(text, "istio-waypoints").find(({ kind }) => kind === "Gateway");

  test("is a Gateway before the applications, which its namespace goes through", () => {
    const text = withWaypoint();
    expect(gatewayOf(text)).toMatchObject({
      metadata: { name: "waypoint", namespace: "shop", labels: { "istio.io/waypoint-for": "service" } },
      spec: {
        gatewayClassName: "istio-waypoint",
        listeners: [{ name: "mesh", port: 15008, protocol: "HBONE" }],
      },
    });
    expect(labelsOf(text, "shop")).toMatchObject({
      "istio.io/use-waypoint": "waypoint",
      "istio.io/ingress-use-waypoint": "true",
    });
    expect(gatewayOf(ambient)).toBeUndefined();
  });

  test("that is used by what names it leaves the namespace without a label", () => {
    const text = withWaypoint("{ usedBy: labelled, trafficType: all }");
    expect(gatewayOf(text)?.metadata.labels).toMatchObject({ "istio.io/waypoint-for": "all" });
    expect(labelsOf(text, "shop")).not.toHaveProperty("istio.io/use-waypoint");
  });

  test("has as many pods as the size of the mesh says, or its own keys", () => {
    const dataOf = (text: string) =>
      objectsOf(text, "istio-waypoints").find(({ kind }) => kind === "ConfigMap") as unknown as {
        data: Record<string, string>;
      };
    expect(Object.keys(dataOf(withWaypoint()).data)).toEqual([
      "horizontalPodAutoscaler",
      "podDisruptionBudget",
    ]);
    const small = withWaypoint().replace("mode: ambient", "mode: ambient\n  size: small");
    expect(dataOf(small).data).toEqual({ deployment: '{"spec":{"replicas":1}}' });
    const own = dataOf(withWaypoint("{ replicas: { min: 3, max: 3 } }")).data;
    expect(own["deployment"]).toBe('{"spec":{"replicas":3}}');
    expect(composed(withWaypoint()).requests.components).toContainEqual(
      expect.objectContaining({ name: "shop/waypoint", pods: 2 }),
    );
  });

  test("follows the tag of its namespace", () => {
    const [before = ""] = withWaypoint().split("  istioVersion");
    const text = (revision: string) => `${before}  mode: ambient
  revisions: [{ name: 1-31-4, istioVersion: 1.31.4 }]
  tags: { stable: 1-31-4, canary: 1-31-4 }
  namespaces: [{ name: shop, waypoint: {}${revision} }]
gatewayApi: { management: install }
`;
    const revisionOf = (each: string) => gatewayOf(each)?.metadata.labels?.["istio.io/rev"];
    expect(revisionOf(text(""))).toBe("stable");
    expect(revisionOf(text(", revision: canary"))).toBe("canary");
    expect(revisionOf(withWaypoint())).toBeUndefined();
  });

  test("judges requests, and is the only one that its pods let in", () => {
    const rules =
      "policies: { authorization: { default: deny, allow: [{ name: cart, namespace: shop, from: { gateways: [ingress] }, methods: [GET] }] } }\n";
    const gateways = "gateways: [{ name: ingress, exposure: { kind: clusterip } }]\n";
    const specOf = (text: string, release: string, name: string) =>
      (
        objectsOf(text, release).find(({ metadata }) => metadata.name === name) as
          { spec?: object } | undefined
      )?.spec;
    const text = withWaypoint("{}", gateways + rules);
    expect(specOf(text, "mesh-policies", "cart")).toMatchObject({
      targetRefs: [{ group: "gateway.networking.k8s.io", kind: "Gateway", name: "waypoint" }],
      rules: [{ to: [{ operation: { methods: ["GET"] } }] }],
    });
    expect(specOf(text, "mesh-policies", "waypoint-calls-pods")).toMatchObject({
      rules: [{ from: [{ source: { principals: ["cluster.local/ns/shop/sa/waypoint"] } }] }],
    });
    expect(specOf(text, "mesh-default-deny", "default-deny-waypoints")).toEqual({
      targetRefs: [{ group: "gateway.networking.k8s.io", kind: "GatewayClass", name: "istio-waypoint" }],
    });
    const sidecar = policiesOf(rules.replace("policies: ", ""), "sidecar");
    expect(specOf(sidecar, "mesh-policies", "cart")).not.toHaveProperty("targetRefs");
    expect(specOf(sidecar, "mesh-policies", "waypoint-calls-pods")).toBeUndefined();
    expect(specOf(sidecar, "mesh-default-deny", "default-deny-waypoints")).toBeUndefined();
  });

  describe("needs", () => {
    const installed = "\ngatewayApi: { management: install }";
    const rule = (more: string) => `
gateways: [{ name: ingress, exposure: { kind: clusterip } }]
policies: { authorization: { default: deny, allow: [{ name: cart, namespace: shop, from: { gateways: [ingress] }${more} }] } }`;
    check(
      onto(ambient, {
        "a namespace in ambient mode": [
          `  namespaces: [{ name: shop, mode: sidecar, waypoint: {} }]${installed}`,
          "mesh.namespaces[0].waypoint: namespace shop has sidecars",
          `  namespaces: [{ name: shop, waypoint: {} }]${installed}`,
        ],
        "the Gateway API": [
          "  namespaces: [{ name: shop, waypoint: {} }]",
          "mesh.namespaces[0].waypoint: a waypoint is a Gateway of the Gateway API",
          `  namespaces: [{ name: shop, waypoint: {} }]${installed}`,
        ],
        "rules that choose no pods": [
          `  namespaces: [{ name: shop, waypoint: {} }]${installed}${rule(", labels: { app: cart }")}`,
          "policies.authorization.allow[0].labels: labels choose pods",
          `  namespaces: [{ name: shop, waypoint: { usedBy: labelled } }]${installed}${rule(", labels: { app: cart }")}`,
        ],
        "all requests for rules about requests": [
          `  namespaces: [{ name: shop, waypoint: { usedBy: labelled } }]${installed}${rule(", paths: [/cart]")}`,
          "give the namespace a waypoint (waypoint: {})",
          `  namespaces: [{ name: shop, waypoint: {} }]${installed}${rule(", paths: [/cart]")}`,
        ],
      }),
    );
  });
});
