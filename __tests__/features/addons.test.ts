import { describe, expect, test } from "vitest";
import { existing } from "../support/environments/environment-files";
import { check, onto } from "../support/environments/rule-cases";
import { synthesizeMesh } from "../support/stacks/synthesize-mesh";

const addons = (text: string, more = "") => `observability: { addons: { ${text} }${more} }\n`;
const mesh = (text: string, base = existing) => synthesizeMesh(`${base}${addons(text)}`);
const small = `${existing}  size: small\n`;
const all = "prometheus: {}, grafana: {}, jaeger: {}, kiali: {}";
const names = ["prometheus", "grafana", "jaeger", "kiali"];

describe("a file that asks for no add-on", () => {
  test("gets none, no namespace for them, and no output", () => {
    const plain = synthesizeMesh(existing);
    expect(plain.releaseNames).not.toEqual(expect.arrayContaining([expect.stringMatching(names.join("|"))]));
    expect(plain.namespaces).not.toHaveProperty("mesh-addons");
    expect(plain.outputs).not.toHaveProperty("addons");
    expect(plain.values("istiod")).not.toHaveProperty("env");
  });
});

describe("add-ons", () => {
  const stack = mesh(all);

  test("come from the charts of their own projects, pinned", () => {
    for (const name of names) {
      expect(stack.release(name)).toMatchObject({
        namespace: "mesh-addons",
        version: expect.stringMatching(/^\d+\.\d+\.\d+$/) as string,
      });
    }
    expect(stack.release("kiali")).toMatchObject({
      repository: "https://kiali.org/helm-charts",
      chart: "kiali-server",
    });
  });

  test("stay outside of the mesh, and come after its control plane", () => {
    const labels = (name: string) => JSON.stringify(stack.values(name));
    for (const name of names) {
      expect(labels(name)).toContain('"sidecar.istio.io/inject":"false"');
      expect(stack.follows(stack.releaseAddress(name), stack.releaseAddress("istiod"))).toBe(true);
    }
    expect(stack.follows(stack.releaseAddress("istiod"), stack.releaseAddress("kiali"))).toBe(false);
    expect(stack.namespaces["mesh-addons"]).not.toHaveProperty("istio-injection");
  });

  test("let in nobody who has not logged in", () => {
    expect(stack.values("grafana")).toMatchObject({
      "grafana.ini": { "auth.anonymous": { enabled: false } },
    });
    expect(stack.values("grafana")).not.toHaveProperty("adminPassword");
    expect(stack.values("kiali")).toMatchObject({ auth: { strategy: "token" } });
  });

  test("are reached by a command that is an output, on ports of one's own choice", () => {
    const own = mesh("prometheus: {}, grafana: { localPort: 3001 }").outputs["addons"] as object;
    expect(own).toEqual({
      prometheus: {
        service: "mesh-addons/prometheus",
        port: "9090",
        url: "http://localhost:9090",
        port_forward: "kubectl port-forward --namespace mesh-addons service/prometheus 9090:9090",
      },
      grafana: {
        service: "mesh-addons/grafana",
        port: "3000",
        url: "http://localhost:3001",
        port_forward: "kubectl port-forward --namespace mesh-addons service/grafana 3001:3000",
      },
    });
  });

  test("keep metrics on a volume in production, and in the pod where everything is small", () => {
    const server = (of: ReturnType<typeof mesh>) => of.values("prometheus")["server"] as object;
    expect(server(stack)).toMatchObject({ persistentVolume: { enabled: true, size: "50Gi" } });
    expect(server(mesh("prometheus: {}", small))).toMatchObject({ persistentVolume: { enabled: false } });
    const named = "storage: { kind: persistent, sizeGi: 7, storageClass: fast }, retentionDays: 3";
    expect(server(mesh(`prometheus: { ${named} }`, small))).toMatchObject({
      persistentVolume: { enabled: true, size: "7Gi", storageClass: "fast" },
      retention: "3d",
    });
  });

  test("know of each other what is installed, and nothing else", () => {
    const services = (text: string) =>
      mesh(text).values("kiali")["external_services"] as Record<string, object>;
    expect(services(all)).toMatchObject({
      prometheus: { url: "http://prometheus.mesh-addons:9090" },
      grafana: { enabled: true, internal_url: "http://grafana.mesh-addons:3000" },
      tracing: { enabled: true, internal_url: "http://jaeger.mesh-addons:16686" },
    });
    expect(services("prometheus: {}, kiali: {}")).toMatchObject({
      grafana: { enabled: false },
      tracing: { enabled: false },
    });
    expect(stack.values("istiod")).toMatchObject({
      env: { DEBUG_ENDPOINT_AUTH_ALLOWED_NAMESPACES: "mesh-addons" },
    });
    expect(mesh("prometheus: {}").values("istiod")).not.toHaveProperty("env");
  });

  test("show Istio's dashboards of the mesh's version, unless they may not be downloaded", () => {
    const dashboards = (text: string) => JSON.stringify(mesh(text).values("grafana")["dashboards"] ?? null);
    expect(dashboards("prometheus: {}, grafana: {}")).toContain("/istio/istio/1.31.4/manifests/addons/");
    expect(dashboards("prometheus: {}, grafana: { dashboards: false }")).toBe("null");
  });

  test("come from the mirror where there is one", () => {
    const mirror = "charts: { images: { registry: mirror.test/x, pullSecrets: [pull] } }\n";
    const mirrored = synthesizeMesh(`${existing}${mirror}${addons(all)}`);
    for (const name of names) {
      expect(JSON.stringify(mirrored.values(name))).toContain("mirror.test/x");
      expect(JSON.stringify(mirrored.values(name))).toContain('"pull"');
      expect(JSON.stringify(stack.values(name))).not.toContain("mirror.test");
    }
  });

  test("Jaeger takes the spans of the mesh, and no plan looks for its Service before it is made", () => {
    const traced = synthesizeMesh(
      `${existing}${addons("jaeger: {}", ", tracing: { service: jaeger.mesh-addons }")}`,
    );
    expect(JSON.stringify(traced.values("istiod"))).toContain("jaeger.mesh-addons.svc.cluster.local");
    expect(JSON.stringify(traced.json.data)).not.toContain("tracing-service");
  });
});

describe("of add-ons is refused", () => {
  check(
    onto(existing, {
      "two on one port": [
        addons("prometheus: { localPort: 3000 }, grafana: {}"),
        "prometheus has this one, and your machine forwards a port to one of them",
        addons("prometheus: { localPort: 3001 }, grafana: {}"),
      ],
      "one that has nothing to show": [
        addons("kiali: {}"),
        "kiali shows what observability.addons.prometheus has",
        addons("prometheus: {}, kiali: {}"),
      ],
      "a Prometheus that would find nothing": [
        addons("prometheus: {}", ", metrics: { scrape: { kind: none } }"),
        "the add-on finds what it scrapes by annotations",
        addons("prometheus: {}", ", metrics: { scrape: { kind: annotations } }"),
      ],
      "an application of the same name": [
        `${addons("jaeger: {}")}applications: [{ name: jaeger, path: applications/bookinfo, namespace: books }]`,
        "a name that no add-on has",
        `${addons("jaeger: {}")}applications: [{ name: tracing, path: applications/bookinfo, namespace: books }]`,
      ],
      "an add-on that is none": [
        addons("loki: {}"),
        "takes prometheus, grafana, jaeger or kiali",
        addons("jaeger: {}"),
      ],
    }),
  );
  check(
    onto(existing.trimEnd(), {
      "one for the mesh of somebody else": [
        `\n  management: adopt\n${addons("jaeger: {}")}`,
        "mesh.management adopt leaves that to its owner",
        `\n${addons("jaeger: {}")}`,
      ],
    }),
  );
});
