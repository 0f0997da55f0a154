import { describe, expect, test } from "vitest";
import { existing } from "../support/environments/environment-files";
import { check, gateway, gateways, nodePort, onto } from "../support/environments/rule-cases";
import { synthesizeMesh } from "../support/stacks/synthesize-mesh";
import { complaintsAbout } from "../support/terraform/conditions";
import { isInstalled } from "../support/terraform/terraform-program";

const file = (metrics: string) =>
  `${existing}${gateways(gateway(nodePort))}\nobservability: { metrics: { ${metrics} } }\n`;
const mesh = (metrics: string) => synthesizeMesh(file(metrics));
const plain = synthesizeMesh(`${existing}${gateways(gateway(nodePort))}\n`);

describe("a file that says nothing of metrics", () => {
  test("leaves everything as Istio does it: annotations, and the application's metrics among the proxy's", () => {
    expect(plain.values("istiod")["meshConfig"]).not.toHaveProperty("enablePrometheusMerge");
    expect(plain.values("istio-ingress")["podAnnotations"]).not.toHaveProperty("prometheus.io/scrape");
    expect(plain.objectsOfKind("Telemetry")).toEqual([]);
    expect(plain.objectsOfKind("PodMonitor")).toEqual([]);
  });
});

test("scrape none takes the annotations from sidecars and gateways", () => {
  const silent = mesh("scrape: { kind: none }");
  expect(silent.values("istiod")["meshConfig"]).toMatchObject({ enablePrometheusMerge: false });
  expect(silent.values("istio-ingress")["podAnnotations"]).toMatchObject({ "prometheus.io/scrape": "false" });
});

describe("monitors", () => {
  const monitored = mesh(
    "scrape: { kind: monitors, labels: { release: prometheus }, intervalSeconds: 30, sampleLimit: 5000 }",
  );
  const spec = (kind: string, name: string) => monitored.object("mesh-policies", kind, name).spec;

  test("find proxies by their port, and read the application's metrics with theirs", () => {
    expect(spec("PodMonitor", "istio-proxies")).toMatchObject({
      namespaceSelector: { any: true },
      sampleLimit: 5000,
      podMetricsEndpoints: [{ port: "http-envoy-prom", path: "/stats/prometheus", interval: "30s" }],
    });
    const [{ relabelings }] = spec("PodMonitor", "istio-proxies").podMetricsEndpoints as [
      { relabelings: [{ regex: string; replacement: string }] },
    ];
    const [{ regex, replacement }] = relabelings;
    const at = (address: string) => address.replace(new RegExp(`^(?:${regex})$`), replacement);
    expect(at("10.0.0.1:15090")).toBe("10.0.0.1:15020");
    expect(at("[fd00::1]:15090")).toBe("[fd00::1]:15020");
    expect(at("10.0.0.1:9090")).toBe("10.0.0.1:9090");
  });

  test("find every istiod, and carry the labels by which Prometheus selects them", () => {
    expect(spec("ServiceMonitor", "istiod")).toMatchObject({
      selector: { matchLabels: { istio: "pilot" } },
      endpoints: [{ port: "http-monitoring", scrapeTimeout: "10s" }],
    });
    for (const kind of ["PodMonitor", "ServiceMonitor"]) {
      expect(monitored.objectsOfKind(kind).map(({ metadata }) => metadata)[0]).toMatchObject({
        namespace: "istio-system",
        labels: { release: "prometheus" },
      });
    }
  });

  test("stop a plan where the cluster does not know them, before anything is touched", () => {
    const lookups = (of: typeof monitored) =>
      Object.entries(of.json.data?.["kubernetes_resources"] ?? {}).filter(
        ([, { kind }]) => kind === "APIService",
      );
    expect(lookups(plain)).toEqual([]);
    const [[name, body] = ["", {}]] = lookups(monitored);
    expect(JSON.stringify(body)).toContain("set observability.metrics.scrape.kind to annotations");
    const address = `data.kubernetes_resources.${name}`;
    expect(monitored.follows(monitored.releaseAddress("mesh-policies"), address)).toBe(true);
    expect(monitored.follows(address, monitored.releaseAddress("istiod"))).toBe(false);
  });
});

test.skipIf(!isInstalled("terraform"))("a plan says how to install what monitors need", () => {
  const stack = synthesizeMesh(`${existing}observability: { metrics: { scrape: { kind: monitors } } }\n`);
  const names = Object.keys(stack.json.data?.["kubernetes_resources"] ?? {});
  const name = names.find((each) => each.startsWith("monitor-definitions")) ?? "";
  const complaints = (...found: readonly object[]) =>
    complaintsAbout(stack, `data.kubernetes_resources.${name}`, found);
  expect(complaints()).toContain("Install the Prometheus Operator first");
  expect(complaints({ kind: "APIService" })).toBe("");
});

test("tags that differ are one Telemetry of the root namespace, with the providers of the mesh", () => {
  const tagged = mesh(
    "tags: [{ metric: request-count, side: server, set: { host: request.host }, remove: [request_protocol] }, { remove: [source_version] }]",
  );
  expect(tagged.objectsOfKind("Telemetry")).toEqual([
    {
      apiVersion: "telemetry.istio.io/v1",
      kind: "Telemetry",
      metadata: { name: "default", namespace: "istio-system" },
      spec: {
        metrics: [
          {
            overrides: [
              {
                match: { metric: "REQUEST_COUNT", mode: "SERVER" },
                tagOverrides: {
                  host: { value: "request.host" },
                  request_protocol: { operation: "REMOVE" },
                },
              },
              {
                match: { metric: "ALL_METRICS", mode: "CLIENT_AND_SERVER" },
                tagOverrides: { source_version: { operation: "REMOVE" } },
              },
            ],
          },
        ],
      },
    },
  ]);
});

const of = (metrics: string) => `observability: { metrics: { ${metrics} } }`;

describe("of metrics is refused", () => {
  check(
    onto(existing, {
      "a timeout longer than the interval": [
        of("scrape: { kind: monitors, intervalSeconds: 5, timeoutSeconds: 6 }"),
        "at most intervalSeconds (5)",
        of("scrape: { kind: monitors, intervalSeconds: 5, timeoutSeconds: 5 }"),
      ],
      "a change that changes nothing": [
        of("tags: [{ metric: request-count }]"),
        "a change sets or removes a tag",
        of("tags: [{ metric: request-count, remove: [x] }]"),
      ],
      "a tag that is set and removed": [
        of("tags: [{ set: { host: request.host }, remove: [host] }]"),
        "a tag is set or removed",
        of("tags: [{ set: { host: request.host }, remove: [path] }]"),
      ],
      "a name that is no label of Prometheus": [
        of("tags: [{ remove: [request-protocol] }]"),
        "a label of Prometheus",
        of("tags: [{ remove: [request_protocol] }]"),
      ],
      "a metric that Istio does not have": [
        of("tags: [{ metric: requests, remove: [x] }]"),
        "request-count",
        of("tags: [{ metric: request-count, remove: [x] }]"),
      ],
    }),
  );

  const adopted = `${existing}  management: adopt\n`;
  check(
    onto(adopted, {
      "anything for the mesh of somebody else": [
        of("scrape: { kind: none }, tags: [{ remove: [x] }]"),
        "mesh.management adopt leaves that to its owner",
        of("scrape: { kind: annotations }"),
      ],
    }),
  );

  check(
    onto(existing.trimEnd(), {
      "the value of the chart that the key decides": [
        "\n  istiod: { values: { meshConfig: { enablePrometheusMerge: false } } }",
        "set observability.metrics.scrape",
        `\n${of("scrape: { kind: none }")}`,
      ],
    }),
  );
});
