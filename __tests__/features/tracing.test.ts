import { describe, expect, test } from "vitest";
import { existing } from "../support/environments/environment-files";
import { documents, judged, service, shop } from "../support/environments/judged-application";
import { check, onto } from "../support/environments/rule-cases";
import type { MeshJson } from "../support/stacks/mesh-json";
import { synthesizeMesh } from "../support/stacks/synthesize-mesh";
import { complaintsAbout } from "../support/terraform/conditions";
import { isInstalled } from "../support/terraform/terraform-program";

const traced = (tracing: string) => `observability: { tracing: { ${tracing} } }\n`;
const listed = (port: number) =>
  `policies: { outbound: { hosts: [{ host: spans.example.com, port: ${port}, protocol: http }] } }\n`;
const mesh = (tracing: string, more = "") => synthesizeMesh(`${existing}${traced(tracing)}${more}`);
const providersOf = (stack: MeshJson) =>
  (stack.values("istiod")["meshConfig"] as { extensionProviders: unknown }).extensionProviders;
const lookupsOf = ({ json }: MeshJson) =>
  Object.keys(json.data?.["kubernetes_resources"] ?? {}).filter((name) => name.startsWith("tracing-service"));

describe("tracing", () => {
  const stack = mesh(
    "service: jaeger-collector.tracing, sampling: 12.5, tags: { cluster: { kind: literal, value: lab }, user: { kind: header, header: end-user, default: nobody }, zone: { kind: environment, variable: ZONE } }",
  );

  test("is a provider of the mesh and one Telemetry of the root namespace that names it", () => {
    expect(providersOf(stack)).toEqual([
      {
        name: "tracing",
        opentelemetry: { service: "jaeger-collector.tracing.svc.cluster.local", port: 4317 },
      },
    ]);
    expect(stack.objectsOfKind("Telemetry")).toMatchObject([
      {
        metadata: { name: "default", namespace: "istio-system" },
        spec: {
          tracing: [
            {
              providers: [{ name: "tracing" }],
              randomSamplingPercentage: 12.5,
              customTags: {
                cluster: { literal: { value: "lab" } },
                user: { header: { name: "end-user", defaultValue: "nobody" } },
                zone: { environment: { name: "ZONE" } },
              },
            },
          ],
        },
      },
    ]);
  });

  test.each(["jaeger.tracing", "jaeger.tracing.svc", "jaeger.tracing.svc.cluster.local"])(
    "knows the Service %s by its whole name",
    (name) => {
      expect(providersOf(mesh(`service: ${name}, provider: zipkin`))).toEqual([
        { name: "tracing", zipkin: { service: "jaeger.tracing.svc.cluster.local", port: 9411 } },
      ]);
    },
  );

  test("shares its Telemetry with tags of metrics and filters of access logs", () => {
    const all = synthesizeMesh(
      `${existing}  accessLogs: { filter: response.code >= 400 }\nobservability: { metrics: { tags: [{ remove: [source_principal] }] }, tracing: { service: jaeger.tracing } }\n`,
    );
    const [telemetry, ...others] = all.objectsOfKind("Telemetry");
    expect(others).toEqual([]);
    expect(Object.keys(telemetry?.spec as object)).toEqual(["accessLogging", "metrics", "tracing"]);
  });

  test("to a host outside goes to the entry of that host", () => {
    const outside = mesh("service: spans.example.com", listed(4317));
    expect(providersOf(outside)).toEqual([
      { name: "tracing", opentelemetry: { service: "spans.example.com", port: 4317 } },
    ]);
    expect(lookupsOf(outside)).toEqual([]);
  });

  test("is told to sidecars that hear of their own namespace only", () => {
    const scoped = (tracing: string) =>
      synthesizeMesh(`${existing}policies: { outbound: { proxyScope: namespace } }\n${tracing}`).object(
        "mesh-policies",
        "Sidecar",
        "default",
      ).spec;
    expect(scoped(traced("service: jaeger.tracing"))).toEqual({
      egress: [{ hosts: ["./*", "istio-system/*", "tracing/jaeger.tracing.svc.cluster.local"] }],
    });
    expect(scoped("")).toEqual({ egress: [{ hosts: ["./*", "istio-system/*"] }] });
  });

  test.skipIf(!isInstalled("terraform"))(
    "stops a plan where the Service is not there or lacks the port",
    () => {
      const [name = ""] = lookupsOf(stack);
      const complaints = (...objects: readonly object[]) =>
        complaintsAbout(stack, `data.kubernetes_resources.${name}`, objects);
      const withPorts = (...ports: readonly number[]) => ({
        kind: "Service",
        spec: {
          ports: ports.map((port) => ({ name: `grpc-${port}`, port, protocol: "TCP", targetPort: 1 })),
        },
      });
      expect(complaints()).toContain("There is no Service jaeger-collector in namespace tracing");
      expect(complaints(withPorts(43170, 14317))).toContain("has no port 4317");
      expect(complaints(withPorts(4318, 4317))).toBe("");
    },
  );

  test("looks for no Service that the stack makes itself, or that it does not need", () => {
    const own = synthesizeMesh(
      `${existing}  namespaces: [{ name: tracing }]\n${traced("service: jaeger.tracing")}`,
    );
    expect(lookupsOf(own)).toEqual([]);
    expect(lookupsOf(synthesizeMesh(existing))).toEqual([]);
    expect(lookupsOf(stack)).toHaveLength(1);
  });
});

describe("of tracing is refused", () => {
  const ok = traced("service: jaeger.tracing");
  check(
    onto(existing, {
      "a sampling of 150": [
        traced("service: jaeger.tracing, sampling: 150"),
        "a number from 0 to 100, got 150",
        traced("service: jaeger.tracing, sampling: 100"),
      ],
      "a service that no entry knows": [
        traced("service: spans.example.com"),
        "add { host: spans.example.com, port: 4317, protocol: http } to policies.outbound.hosts",
        traced("service: spans.example.com") + listed(4317),
      ],
      "a port that the entry does not have": [
        traced("service: spans.example.com") + listed(4318),
        "set port to 4318",
        traced("service: spans.example.com, port: 4318") + listed(4318),
      ],
      "a service without its namespace": [
        traced("service: jaeger"),
        "a Service with its namespace, such as jaeger-collector.tracing",
        ok,
      ],
      "a provider that Istio does not have": [
        traced("service: jaeger.tracing, provider: jaeger"),
        "opentelemetry or zipkin",
        ok,
      ],
    }),
  );
  check(
    onto(existing.trimEnd(), {
      "a list of providers that would take its place": [
        `\n  istiod: { values: { meshConfig: { extensionProviders: [] } } }\n${ok}`,
        "Helm puts the list in the place of the one that tracing needs",
        `\n  istiod: { values: { meshConfig: { extensionProviders: [] } } }\n`,
      ],
      "the mesh of somebody else": [
        `\n  management: adopt\n${ok}`,
        "mesh.management adopt leaves that to its owner",
        `\n${ok}`,
      ],
    }),
  );

  const toShop = (tracing = "") => `${shop}${traced(`service: jaeger.shop${tracing}`)}`;
  const jaeger = (port: string) => documents(service("cart"), service("jaeger", port));
  test.each([
    [
      "a Service that no application brings",
      service("cart"),
      "applications bring cart to namespace shop",
      jaeger("{ name: grpc-otlp, port: 4317 }"),
    ],
    [
      "a port that the application's Service does not have",
      jaeger("{ name: grpc-otlp, port: 4318 }"),
      "set port to 4318",
      jaeger("{ name: grpc-otlp, port: 4317 }"),
    ],
    [
      "a port that speaks something else",
      jaeger("{ name: http-otlp, port: 4317 }"),
      "rename the port to grpc-traces",
      jaeger("{ name: otlp, appProtocol: grpc, port: 4317 }"),
    ],
  ])("%s", (_, wrong, says, right) => {
    expect(judged(wrong, toShop())).toContain(says);
    expect(judged(right, toShop())).toBe("");
  });
});
