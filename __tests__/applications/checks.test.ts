import { describe, expect, test } from "vitest";
import { deployment, documents, judged, service, shop } from "../support/environments/judged-application";

describe("a check", () => {
  const checks = (request: string, expect: string) =>
    `${shop}checks: [{ name: a, request: { ${request} }, expect: { ${expect} } }]\n`;
  test("of workloads that nobody deploys is warned of, with the nearest one", () => {
    const files = documents(service("cart"), deployment("cart-v1", "{ app: cart, version: v1 }"));
    expect(judged(files, checks('from: shop/cart-v2, to: "http://cart/"', "workload: cart-v3"))).toBe(
      `environments/lab.yaml:12:32 checks[0].request.from: warning: a Deployment, StatefulSet or DaemonSet of an application here, got "shop/cart-v2"; did you mean shop/cart-v1?
environments/lab.yaml:12:84 checks[0].expect.workload: warning: a Deployment, StatefulSet or DaemonSet of an application here, got "cart-v3"; did you mean cart-v1?`,
    );
    expect(judged(files, checks('from: shop/cart-v1, to: "http://cart/"', "workload: cart-v1"))).toBe("");
    expect(judged(files, checks("host: shop.example.com", "workload: healthz"))).toBe("");
  });

  const files = documents(service("cart"), deployment("cart-v1", "{ app: cart, version: v1 }"));
  const asked = (to: string, expect = "status: 200", mesh = shop) =>
    judged(files, checks(`from: shop/cart-v1, to: "${to}"`, expect).replace(shop, mesh));

  test("of a Service that no application has is warned of, with the nearest one", () => {
    for (const host of ["cat", "cat.shop", "cat.shop.svc", "cat.shop.svc.cluster.local"]) {
      expect(asked(`http://${host}/`)).toBe(
        `environments/lab.yaml:12:52 checks[0].request.to: warning: a Service of namespace shop: cart, got "${host}"; did you mean cart?`,
      );
      expect(asked(`http://${host.replace("cat", "cart")}/`)).toBe("");
    }
    expect(asked("http://orders.elsewhere/")).toBe("");
  });

  test("of a port that its Service has not is warned of", () => {
    expect(asked("http://cart:8080/")).toContain("a port of Service cart: 80, got port 8080; write 80");
    expect(asked("https://cart/")).toContain("got port 443");
    expect(asked("http://cart:80/")).toBe("");
  });

  test("of a host outside that is not listed is wrong where only listed ones may be called", () => {
    const closed = shop.replace("mesh:\n", "mesh:\n  outboundTraffic: registry-only\n");
    const listed = `${closed}policies: { outbound: { hosts: [{ host: api.world.test }, { host: "*.cdn.test" }] } }\n`;
    expect(asked("https://api.world.test/", "status: 200", closed)).toContain(
      'checks[0].request.to: a host that policies.outbound.hosts lists with this port, because mesh.outboundTraffic is registry-only, got "api.world.test" on port 443',
    );
    expect(asked("http://api.world.test/", "status: 200", listed)).toContain(
      'got "api.world.test" on port 80',
    );
    expect(asked("https://api.world.test/", "status: 200", listed)).toBe("");
    expect(asked("https://a.cdn.test/", "status: 200", listed)).toBe("");
    expect(asked("https://api.world.test/")).toBe("");
    // What refuses it is what such a check shows.
    expect(asked("https://api.world.test/", "connection: refused", closed)).toBe("");
    expect(asked("http://api.world.test/", "status: 502", closed)).toBe("");
    expect(asked("https://10.0.0.1/", "status: 200", closed)).toBe("");
  });

  test("of a host that a ServiceEntry of an application names is right, too", () => {
    const closed = shop.replace("mesh:\n", "mesh:\n  outboundTraffic: registry-only\n");
    const entry = `apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: { name: api }
spec: { hosts: [api.world.test], location: MESH_EXTERNAL, resolution: DNS, ports: [{ number: 443, name: tls, protocol: TLS }] }
`;
    const environment = checks('from: shop/cart-v1, to: "https://api.world.test/"', "status: 200").replace(
      shop,
      closed,
    );
    expect(judged(documents(files, entry), environment)).toBe("");
    expect(judged(files, environment)).not.toBe("");
  });
});
