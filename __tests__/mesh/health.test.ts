import { describe, expect, test } from "vitest";
import { existing } from "../support/environments/environment-files";
import { synthesizeMesh } from "../support/stacks/synthesize-mesh";

const ingress = "gateways:\n  - name: ingress\n    exposure: { kind: clusterip }\n";
const withTls = (hosts: string) =>
  `${ingress}    tls: { issuer: lab-ca, hosts: [${hosts}] }\ncertManager: { issuers: [{ kind: self-signed-ca, name: lab-ca }] }\n`;

function routes(text: string) {
  return synthesizeMesh(existing + text).objectsOfKind("VirtualService");
}

describe("the health workload", () => {
  const mesh = synthesizeMesh(existing + ingress);
  const deployment = mesh.object("healthz", "Deployment", "healthz");

  test("has a sidecar: its namespace is injected", () => {
    expect(mesh.namespaces["mesh-health"]).toMatchObject({ "istio-injection": "enabled" });
  });

  test("is rolled by an upgrade of Istio, and by nothing else, so that its sidecar is the control plane's", () => {
    const template = (version: string, more = "") => {
      const text = existing.replace("1.31.4", version) + more + ingress;
      return synthesizeMesh(text).object("healthz", "Deployment", "healthz").spec.template;
    };
    expect(template("1.30.8")).not.toEqual(deployment.spec.template);
    expect(template("1.31.4", "  accessLogs: json\n")).toEqual(deployment.spec.template);
  });

  test("has the labels and the named port that Istio's telemetry wants", () => {
    expect(deployment.spec.template.metadata.labels).toMatchObject({ app: "healthz", version: "6.9.2" });
    const [port] = mesh.object("healthz", "Service", "healthz").spec.ports;
    expect(port).toMatchObject({ name: "http", port: 9898, appProtocol: "http" });
  });

  test("meets the Pod Security level restricted, and has no token of the API server", () => {
    const { spec } = deployment.spec.template;
    expect(spec).toMatchObject({
      automountServiceAccountToken: false,
      securityContext: { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
    });
    expect(spec.containers[0].securityContext).toMatchObject({
      allowPrivilegeEscalation: false,
      capabilities: { drop: ["ALL"] },
    });
  });

  test("still answers while the gateways learn that it goes", () => {
    const [container] = deployment.spec.template.spec.containers;
    expect(container.lifecycle.preStop.sleep.seconds).toBeGreaterThanOrEqual(5);
  });

  test("answers through every ingress gateway", () => {
    const two = `${ingress}  - name: partner\n    exposure: { kind: clusterip }\n`;
    const gateways = routes(two).map(({ spec }) => spec.gateways);
    expect(gateways).toEqual([["istio-ingress/ingress"], ["istio-partner/partner"]]);
  });

  test("is left out where no gateway leads to it", () => {
    const without = synthesizeMesh(existing);
    expect(without.releaseNames).not.toContain("healthz");
    expect(without.namespaces).not.toHaveProperty("mesh-health");
    expect(mesh.releaseNames).toContain("healthz");
  });
});

describe("the health check's route", () => {
  test("answers for any host where none is known", () => {
    const [route] = routes(ingress);
    expect(route?.spec.hosts).toEqual(["*"]);
    expect(route?.spec.http).toEqual([
      {
        name: "health",
        match: [{ uri: { exact: "/healthz" } }],
        route: [{ destination: { host: "healthz.mesh-health.svc.cluster.local", port: { number: 9898 } } }],
      },
    ]);
  });

  test("rewrites another path to the one that the workload answers", () => {
    const text = `${ingress}health: { path: /live/edge }\n`;
    const [rule] = routes(text)[0]?.spec.http ?? [];
    expect(rule).toMatchObject({ match: [{ uri: { exact: "/live/edge" } }], rewrite: { uri: "/healthz" } });
    const url: string = synthesizeMesh(existing + text).outputs["healthz_url"];
    expect(url).toMatch(/\/live\/edge$|\/live\/edge"\}$/);
  });

  test.each([
    ["the first host of the certificate", withTls("mesh.example.com, shop.example.com"), "mesh.example.com"],
    ["healthz in the domain of a wildcard", withTls("'*.example.com'"), "healthz.example.com"],
    ["the host that the file gives", `${ingress}health: { host: up.example.com }\n`, "up.example.com"],
  ])("answers for %s", (_what, text, host) => {
    const mesh = synthesizeMesh(existing + text);
    const [route] = mesh
      .objectsOfKind("VirtualService")
      .filter(({ metadata }) => metadata.name === "healthz-ingress");
    expect(route?.spec.hosts).toEqual([host]);
    expect(mesh.outputs["healthz_host"]).toBe(host);
    expect(mesh.outputs["gateways"].ingress.healthz_host).toBe(host);
  });
});
