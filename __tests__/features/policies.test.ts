import { describe, expect, test } from "vitest";
import { existing, wordingOf } from "../support/environments/environment-files";
import { synthesizeMesh } from "../support/stacks/synthesize-mesh";
import { gatewayObjectName } from "../../features/outbound-hosts/egress-route";

const gateways = `gateways:
  - { name: ingress, exposure: { kind: nodeport } }
  - { name: egress, direction: egress, exposure: { kind: clusterip } }
`;
const file = (policies: string) =>
  `${existing.trimEnd()}\n  namespaces: [{ name: shop }]\n${gateways}policies:\n${policies}`;
const mesh = (policies: string) => synthesizeMesh(file(policies));

const deny = `  authorization:
    default: deny
    allow:
      - name: cart-orders
        namespace: shop
        labels: { app: orders }
        from: { serviceAccounts: [shop/cart], gateways: [ingress] }
        methods: [GET, POST]
        paths: [/orders*]
`;

describe("default deny", () => {
  const denied = mesh(deny);

  test("refuses everybody by an empty policy of the root namespace", () => {
    expect(denied.objects("mesh-default-deny")).toEqual([
      expect.objectContaining({
        kind: "AuthorizationPolicy",
        metadata: { name: "default-deny", namespace: "istio-system" },
        spec: {},
      }),
    ]);
  });

  test("comes after everything that lets somebody in, and before gateways and workloads", () => {
    const [letIn, refuse] = ["mesh-policies", "mesh-default-deny"].map((name) => denied.releaseAddress(name));
    expect(denied.follows(refuse ?? "", letIn ?? "")).toBe(true);
    expect(denied.follows(letIn ?? "", refuse ?? "")).toBe(false);
    for (const later of ["istio-ingress", "healthz"]) {
      expect(denied.follows(denied.releaseAddress(later), refuse ?? "")).toBe(true);
    }
  });

  test("lets in everybody at gateways, gateways at the health workload, and whom the file names", () => {
    const policy = (name: string) =>
      denied.object("mesh-policies", "AuthorizationPolicy", name).spec as object;
    expect(policy("gateway-answers")).toMatchObject({ action: "ALLOW", rules: [{}] });
    const ingress = "cluster.local/ns/istio-ingress/sa/istio-ingress";
    expect(policy("gateways-call-health")).toMatchObject({
      rules: [{ from: [{ source: { principals: [ingress] } }] }],
    });
    expect(policy("cart-orders")).toEqual({
      selector: { matchLabels: { app: "orders" } },
      action: "ALLOW",
      rules: [
        {
          from: [{ source: { principals: ["cluster.local/ns/shop/sa/cart", ingress] } }],
          to: [{ operation: { methods: ["GET", "POST"], paths: ["/orders*"] } }],
        },
      ],
    });
  });

  test("is nothing where the file does not ask for it", () => {
    expect(mesh("  authorization: { default: allow }\n").releaseNames).not.toContain("mesh-default-deny");
  });

  test.each([
    [
      "a rule that lets nobody in",
      deny.replace("{ serviceAccounts: [shop/cart], gateways: [ingress] }", "{}"),
      "name a caller",
    ],
    [
      "a gateway that is not there",
      deny.replace("gateways: [ingress]", "gateways: [edge]"),
      "gateways has ingress or egress",
    ],
    [
      "rules beside default allow",
      deny.replace("default: deny", "default: allow"),
      "set policies.authorization.default to deny",
    ],
  ])("is refused with %s", (_, policies, advice) => {
    expect(wordingOf(file(policies))).toContain(advice);
    expect(wordingOf(file(deny))).not.toContain("error");
  });
});

describe("tokens of end users", () => {
  const jwks = `'{"keys":[{"kty":"RSA","kid":"1","n":"AQAB","e":"AQAB"}]}'`;
  const token = (keys: string) =>
    `  jwt: [{ name: users, gateway: ingress, issuer: "https://id.test", keys: ${keys}, openPaths: [/login] }]\n`;

  test("are looked at by the gateway, and needed but for the health check, challenges and open paths", () => {
    const withTokens = mesh(token(`{ kind: inline, jwks: ${jwks} }`));
    const object = (kind: string, name: string) => withTokens.object("mesh-policies", kind, name);
    expect(object("RequestAuthentication", "users")).toMatchObject({
      metadata: { namespace: "istio-ingress" },
      spec: { selector: { matchLabels: { istio: "ingress" } }, jwtRules: [{ issuer: "https://id.test" }] },
    });
    expect(object("AuthorizationPolicy", "users-required").spec).toMatchObject({
      action: "DENY",
      rules: [
        {
          from: [{ source: { notRequestPrincipals: ["*"] } }],
          to: [{ operation: { notPaths: ["/healthz", "/.well-known/acme-challenge/*", "/login"] } }],
        },
      ],
    });
  });

  test.each([
    ["a private key", `{ kind: inline, jwks: '{"keys":[{"kty":"RSA","d":"AQAB"}]}' }`, "a JSON Web Key Set"],
    ["a link-local address", "{ kind: uri, uri: http://169.254.169.254/keys }", "it refuses link-local ones"],
  ])("are refused with %s", (_, keys, accepted) => {
    expect(wordingOf(file(token(keys)))).toContain(accepted);
    expect(wordingOf(file(token("{ kind: uri, uri: https://id.test/keys }")))).not.toContain(accepted);
  });
});

test("a rate limit is counted by the gateway's own filter", () => {
  const limited = mesh(
    "  rateLimits: [{ name: edge, at: { kind: gateway, name: ingress }, requests: 10, perSeconds: 60 }]\n",
  );
  const filter = limited.object("mesh-policies", "EnvoyFilter", "rate-limit-edge");
  expect(filter).toMatchObject({
    metadata: { namespace: "istio-ingress" },
    spec: {
      workloadSelector: { labels: { istio: "ingress" } },
      configPatches: [
        {
          match: { context: "GATEWAY" },
          patch: {
            value: {
              typed_config: { token_bucket: { max_tokens: 10, tokens_per_fill: 10, fill_interval: "60s" } },
            },
          },
        },
      ],
    },
  });
  expect(
    wordingOf(file("  rateLimits: [{ name: edge, at: { kind: gateway, name: edge }, requests: 1 }]\n")),
  ).toContain("gateways has ingress or egress");
});

describe("hosts outside of the mesh", () => {
  test("are entries that all namespaces see, and pass the egress gateway where they are told to", () => {
    const open = mesh(
      "  outbound: { hosts: [{ host: api.test, gateway: egress }, { host: '*.cdn.test' }] }\n",
    );
    const object = (kind: string, name: string) => open.object("mesh-policies", kind, name);
    expect(object("ServiceEntry", "outbound-api.test-443")).toMatchObject({
      metadata: { namespace: "istio-system" },
      spec: { hosts: ["api.test"], resolution: "DNS" },
    });
    expect(object("ServiceEntry", "outbound-any.cdn.test-443")).toMatchObject({
      spec: { resolution: "NONE" },
    });
    expect(object("VirtualService", "egress-api.test")).toMatchObject({
      spec: { gateways: ["mesh", "istio-egress/egress-api-test"] },
    });
    expect(object("Gateway", "egress-api-test")).toMatchObject({ metadata: { namespace: "istio-egress" } });
  });

  test("have Gateway objects whose names istiod takes, each its own", () => {
    const long = `${"a".repeat(60)}.${"b".repeat(60)}`;
    const hosts = ["api.test", "a-b.c.test", "a.b-c.test", "a-b-c.test", `${long}.test`, `${long}.example`];
    const names = hosts.map(gatewayObjectName);
    for (const name of names) expect(name).toMatch(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/);
    expect(new Set(names).size).toBe(hosts.length);
  });

  test.each([
    [
      "a gateway that leads inward",
      "{ host: api.test, gateway: ingress }",
      "gateways with direction: egress are egress",
    ],
    ["a wildcard through a gateway", "{ host: '*.test.test', gateway: egress }", "to one host"],
    [
      "a host that stands twice",
      "{ host: api.test }, { host: api.test }",
      "each host stands once for a port",
    ],
  ])("are refused with %s", (_, hosts, accepted) => {
    expect(wordingOf(file(`  outbound: { hosts: [${hosts}] }\n`))).toContain(accepted);
    expect(wordingOf(file("  outbound: { hosts: [{ host: api.test, gateway: egress }] }\n"))).not.toContain(
      accepted,
    );
  });

  test("are out of reach by other ways where NetworkPolicies say so, and proxies hear of their own namespace only", () => {
    const closed = mesh("  outbound: { networkPolicy: true, proxyScope: namespace }\n");
    expect(closed.object("mesh-policies", "NetworkPolicy", "inside-only")).toMatchObject({
      metadata: { namespace: "shop" },
      spec: { policyTypes: ["Egress"] },
    });
    expect(closed.object("mesh-policies", "Sidecar", "default").spec).toEqual({
      egress: [{ hosts: ["./*", "istio-system/*", "istio-egress/*"] }],
    });
  });
});

test("a port of a workload may differ in mutual TLS", () => {
  const mixed = mesh(
    "  mtls: [{ name: legacy, workload: { namespace: shop, labels: { app: legacy } }, ports: { 8080: permissive } }]\n",
  );
  expect(mixed.object("mesh-policies", "PeerAuthentication", "legacy").spec).toEqual({
    selector: { matchLabels: { app: "legacy" } },
    mtls: { mode: "UNSET" },
    portLevelMtls: { 8080: { mode: "PERMISSIVE" } },
  });
});
