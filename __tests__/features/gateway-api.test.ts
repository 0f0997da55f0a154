import { describe, expect, test } from "vitest";
import { existing } from "../support/environments/environment-files";
import { root } from "../support/environments/widest-environments";
import { check, gateway, gateways, nodePort, onto } from "../support/environments/rule-cases";
import type { MeshJson } from "../support/stacks/mesh-json";
import { synthesizeMesh } from "../support/stacks/synthesize-mesh";

const install = "gatewayApi: { management: install }\n";
const ca = "certManager: { issuers: [{ kind: self-signed-ca, name: ca }] }\n";
const tls = "tls: { issuer: ca, hosts: [mesh.example.com, '*.shop.example.com'] }";
const release = "istio-ingress-listeners";

function mesh(more = "", rest = install, api = "gateway-api"): MeshJson {
  const own = `api: ${api}${more === "" ? "" : `, ${more}`}`;
  const issuers = more.includes("tls:") ? ca : "";
  return synthesizeMesh(`${existing}${gateways(gateway(nodePort, own))}\n${rest}${issuers}`);
}

const listeners = (of: MeshJson) => of.object(release, "Gateway", "ingress").spec.listeners;
const follows = (of: MeshJson, release: string, before: string) =>
  of.follows(of.releaseAddress(release), of.releaseAddress(before));
const names = (of: MeshJson, kind: string) =>
  of.objectsOfKind(kind).map(({ metadata }) => `${metadata.namespace}/${metadata.name}`);

describe("a gateway of the Gateway API", () => {
  test("is carried by the Service of the release, which is the same as with Istio's own objects", () => {
    const ofGatewayApi = mesh(tls);
    expect(ofGatewayApi.object(release, "Gateway", "ingress").spec).toMatchObject({
      gatewayClassName: "istio",
      addresses: [{ type: "Hostname", value: "istio-ingress.istio-ingress.svc.cluster.local" }],
    });
    expect(ofGatewayApi.release("istio-ingress")).toEqual(mesh(tls, "", "istio").release("istio-ingress"));
  });

  test("without TLS takes the routes of all namespaces on port 80", () => {
    expect(listeners(mesh())).toEqual([
      { name: "http", port: 80, protocol: "HTTP", allowedRoutes: { namespaces: { from: "All" } } },
    ]);
    expect(names(mesh(), "HTTPRoute")).toEqual(["mesh-health/healthz-ingress"]);
  });

  test("belongs to the control plane that its pods follow", () => {
    const revisions =
      "revisions: [{ name: default, istioVersion: 1.30.8 }, { name: 1-31-4, istioVersion: 1.31.4 }]";
    const text = existing.replace("istioVersion: 1.31.4", `${revisions}\n  tags: { stable: 1-31-4 }`);
    const labels = (of: MeshJson) => of.object(release, "Gateway", "ingress").metadata.labels;
    const own = gateways(gateway(nodePort, "api: gateway-api"));
    expect(labels(synthesizeMesh(`${text}${own}\n${install}`))).toEqual({ "istio.io/rev": "stable" });
    expect(labels(mesh())).toBeUndefined();
  });

  test("shows each host the certificate that covers it, on every port", () => {
    const certificates =
      "certificates: [{ name: theirs, hosts: [b.example.com], secretName: b-example-com }]";
    const ports = "ports: [{ kind: tls, name: redis, port: 6380, hosts: [b.example.com] }]";
    const of = mesh(`tls: { issuer: ca, hosts: [a.example.com], ${certificates} }, ${ports}`);
    type Shown = { hostname?: string; port: number; tls?: { certificateRefs: { name: string }[] } };
    const shown = (listeners(of) as Shown[]).map(({ hostname, port, tls }) => [
      hostname,
      port,
      tls?.certificateRefs[0]?.name,
    ]);
    expect(shown).toEqual([
      [undefined, 80, undefined],
      ["a.example.com", 443, "istio-ingress-tls"],
      ["b.example.com", 443, "b-example-com"],
      ["b.example.com", 6380, "b-example-com"],
    ]);
  });

  test("with TLS has a listener for each host, and closes port 80 to applications", () => {
    const https = {
      port: 443,
      protocol: "HTTPS",
      tls: { mode: "Terminate", certificateRefs: [{ name: "istio-ingress-tls" }] },
      allowedRoutes: { namespaces: { from: "All" } },
    };
    const [http, ...secure] = listeners(mesh(tls));
    expect(secure).toEqual([
      { ...https, name: "https", hostname: "mesh.example.com" },
      { ...https, name: "https-2", hostname: "*.shop.example.com" },
    ]);
    expect(http.allowedRoutes.namespaces).toEqual({
      from: "Selector",
      selector: {
        matchExpressions: [
          { key: "kubernetes.io/metadata.name", operator: "In", values: ["istio-ingress", "mesh-health"] },
        ],
      },
    });
  });

  test("redirects port 80 to the node port of HTTPS, but for the health check", () => {
    const stack = mesh(tls);
    const redirect = stack.object(release, "HTTPRoute", "ingress-redirect").spec;
    expect(redirect.parentRefs).toEqual([{ name: "ingress", port: 80 }]);
    expect(redirect.rules[0].filters[0].requestRedirect).toEqual({
      scheme: "https",
      port: 30011,
      statusCode: 301,
    });
    const health = (name: string) => stack.object("healthz", "HTTPRoute", name).spec;
    expect(health("healthz-ingress")).toMatchObject({
      parentRefs: [{ name: "ingress", namespace: "istio-ingress", port: 443 }],
      hostnames: ["mesh.example.com"],
      rules: [{ backendRefs: [{ name: "healthz", port: 9898 }] }],
    });
    expect(health("healthz-ingress-plaintext").parentRefs).toMatchObject([{ port: 80 }]);
    expect(health("healthz-ingress-plaintext")).not.toHaveProperty("hostnames");
  });

  test("rewrites a health path of the file's own to the workload's", () => {
    const rule = (rest: string) =>
      mesh("", install + rest).object("healthz", "HTTPRoute", "healthz-ingress").spec.rules[0];
    expect(rule("health: { path: /alive }\n")).toMatchObject({
      matches: [{ path: { type: "Exact", value: "/alive" } }],
      filters: [
        {
          type: "URLRewrite",
          urlRewrite: { path: { type: "ReplaceFullPath", replaceFullPath: "/healthz" } },
        },
      ],
    });
    expect(rule("")).not.toHaveProperty("filters");
  });

  test("has a listener of the right kind for every further port", () => {
    const ports = `ports: [
      { kind: http, name: web, port: 8080, hosts: [a.example.com, b.example.com] }, { kind: grpc, name: rpc, port: 8081 },
      { kind: tcp, name: db, port: 9000 }, { kind: passthrough, name: own, port: 9443, hosts: [own.example.com] },
      { kind: https, name: more, port: 8443 }]`;
    const further = listeners(mesh(`${tls}, ${ports}`)).slice(3);
    expect(
      further.map((one: Record<string, unknown>) => [one["name"], one["protocol"], one["hostname"]]),
    ).toEqual([
      ["web", "HTTP", "a.example.com"],
      ["web-2", "HTTP", "b.example.com"],
      ["rpc", "HTTP", undefined],
      ["db", "TCP", undefined],
      ["own", "TLS", "own.example.com"],
      ["more", "HTTPS", "mesh.example.com"],
      ["more-2", "HTTPS", "*.shop.example.com"],
    ]);
    expect(further[4].tls).toEqual({ mode: "Passthrough" });
  });

  test("makes none of Istio's own objects, and Istio's none of its", () => {
    expect(names(mesh(tls), "VirtualService")).toEqual([]);
    const ofIstio = mesh(tls, "", "istio");
    expect(names(ofIstio, "VirtualService")).not.toEqual([]);
    expect(names(ofIstio, "HTTPRoute")).toEqual([]);
    expect(ofIstio.objectsOfKind("Gateway").map(({ apiVersion }) => apiVersion)).toEqual([
      "networking.istio.io/v1",
      "networking.istio.io/v1",
    ]);
  });
});

describe("the definitions of the Gateway API", () => {
  const values = (stack: MeshJson) => String((stack.release("gateway-api")["values"] as string[])[0]);

  test("are installed before istiod, from the chart that has them", () => {
    const stack = mesh();
    const [[id, template] = []] = Object.entries(stack.json.data?.["helm_template"] ?? {});
    expect(template).toMatchObject({
      repository: "oci://docker.io/envoyproxy",
      chart: "gateway-crds-helm",
      version: "v1.9.0",
    });
    expect(values(stack)).toContain(`data.helm_template.${id}.manifest`);
    expect(follows(stack, "istiod", "gateway-api")).toBe(true);
    expect(follows(stack, "gateway-api", "istiod")).toBe(false);
  });

  test("that the cluster has are looked at before anything is touched", () => {
    const stack = mesh("", "gatewayApi: { management: adopt, version: v1.5.1 }\n");
    const looked = JSON.stringify(stack.json.data?.["kubernetes_resources"]);
    expect(looked).toContain("metadata.name=gatewayclasses.gateway.networking.k8s.io");
    expect(looked).toContain("releases/download/v1.5.1/standard-install.yaml");
    expect(stack.releaseNames).not.toContain("gateway-api");
  });

  test("that nothing uses are not looked at, nor installed unasked", () => {
    const stack = mesh("", "gatewayApi: { management: adopt }\n", "istio");
    expect(JSON.stringify(stack.json.data)).not.toContain("gatewayclasses");
    expect(mesh("", "", "istio").releaseNames).not.toContain("gateway-api");
    expect(mesh("", install, "istio").releaseNames).toContain("gateway-api");
  });
});

describe("a file", () => {
  const one = (more: string, rest = install) => `${gateways(gateway(nodePort, more))}\n${rest}`;
  const hosts = (count: number) => Array.from({ length: count }, (_, at) => `h${at}.example.com`).join(", ");
  check(
    onto(existing, {
      "without the definitions": [
        one("api: gateway-api", ""),
        "gateways[0].api: the cluster must have the Gateway API's definitions, and gatewayApi.management is none",
        one("api: gateway-api"),
      ],
      "with an egress gateway of it": [
        one("api: gateway-api, direction: egress"),
        "an egress gateway is led to by Istio's own Gateway and VirtualService",
        one("direction: egress"),
      ],
      "that demands TLS 1.3 of it": [
        one('api: gateway-api, tls: { issuer: ca, hosts: [a.example.com], minimumVersion: "1.3" }') + ca,
        "the Gateway API has no setting for it",
        one('api: gateway-api, tls: { issuer: ca, hosts: [a.example.com], minimumVersion: "1.2" }') + ca,
      ],
      "that asks clients for certificates": [
        one(
          `api: gateway-api, tls: { issuer: ca, hosts: [a.example.com], clientCertificates: { mode: required, ca: ${root} } }`,
        ) + ca,
        "client certificates are asked for by Istio's own Gateway only",
        one(
          `tls: { issuer: ca, hosts: [a.example.com], clientCertificates: { mode: required, ca: ${root} } }`,
        ) + ca,
      ],
      "with more hosts than it has listeners for": [
        one(`api: gateway-api, tls: { issuer: ca, hosts: [${hosts(64)}] }`) + ca,
        "a Gateway of the Gateway API has 64 at most, got 65 listeners",
        one(`api: gateway-api, tls: { issuer: ca, hosts: [${hosts(63)}] }`) + ca,
      ],
      "with a port named like its listener": [
        one("api: gateway-api, ports: [{ kind: tcp, name: http, port: 9000 }]"),
        "gateways[0].ports[0].name: a listener's name stands once",
        one("ports: [{ kind: tcp, name: http, port: 9000 }]"),
      ],
      "that installs a release without a chart": [
        "gatewayApi: { management: install, version: v1.6.0 }",
        "there are charts with the definitions of v1.6.1, v1.5.1 or v1.4.1",
        "gatewayApi: { management: adopt, version: v1.6.0 }",
      ],
      "that installs them into somebody else's mesh": [
        "  management: adopt\ngatewayApi: { management: install }",
        "with mesh.management adopt the definitions are left to the owner of the mesh, too",
        "  management: adopt\ngatewayApi: { management: adopt }",
      ],
    }),
  );
});
