import { describe, expect, test } from "vitest";
import {
  deployment,
  documents,
  judged,
  service,
  shop,
  subsets,
  virtualService,
} from "../support/environments/judged-application";

/** A mistake, what is said of it, and the nearest thing to it that is right. */
type Cases = Readonly<Record<string, readonly [wrong: string, says: string, right: string]>>;

function check(cases: Cases, environment = shop): void {
  test.each(Object.entries(cases))("%s", (_mistake, [wrong, says, right]) => {
    expect(judged(wrong, environment)).toContain(says);
    expect(judged(right, environment)).toBe("");
  });
}

const cart = documents(service("cart"), deployment("cart"), subsets("v1", "v2"));
const to = (...destinations: readonly string[]) => documents(cart, virtualService(destinations.join(", ")));
const by = (gateways: string, host = "shop.example.com") =>
  documents(
    cart,
    virtualService("{ destination: { host: cart } }", `{ hosts: [${host}], gateways: [${gateways}] }`),
  )
    .replace("  { hosts", "  hosts")
    .replace("hosts: [shop", "hosts: [shop")
    .replace(/ {2}hosts: (\[.*?\]), gateways: (\[.*?\]) \}/, "  hosts: $1\n  gateways: $2");

describe("a file", () => {
  check({
    "that is no YAML is named with its line": [
      "apiVersion: v1\nkind: [Service\n",
      "applications/shop/shop.yaml:3:1: a YAML file with Kubernetes objects, got what YAML cannot read",
      service("cart"),
    ],
    "without a kind": [
      `${service("cart")}---\napiVersion: v1\nmetadata: { name: a }\n`,
      "shop.yaml:6:1 kind: each document is one Kubernetes object, got nothing",
      documents(service("cart"), service("carts")),
    ],
    "without a name in the second entry of a List": [
      "apiVersion: v1\nkind: List\nitems:\n  - { apiVersion: v1, kind: Secret, metadata: { name: a } }\n  - { apiVersion: v1, kind: Secret }\n",
      "shop.yaml:5:5 items[1].metadata.name: each document is one Kubernetes object",
      "apiVersion: v1\nkind: List\nitems:\n  - { apiVersion: v1, kind: Secret, metadata: { name: a } }\n",
    ],
    "without objects": ["# Nothing yet.\n", "an application with at least one object", service("cart")],
  });
});

describe("a Gateway", () => {
  const gateway = (selector: string) =>
    `apiVersion: networking.istio.io/v1\nkind: Gateway\nmetadata: { name: web }\nspec:\n  selector: ${selector}\n  servers: [{ port: { number: 80, name: http, protocol: HTTP }, hosts: [shop.example.com] }]\n`;
  check({
    "that selects what Istio's guides call their gateway": [
      gateway("{ istio: ingressgateway }"),
      "shop.yaml:5:3 spec.selector: warning: labels of a gateway of the environment: istio: ingress, got istio: ingressgateway; write istio: ingress",
      gateway("{ istio: ingress }"),
    ],
    "that selects neither a gateway nor a workload": [
      documents(gateway("{ app: edge }"), deployment("cart")),
      "labels of a gateway of the environment: istio: ingress, got app: edge",
      documents(gateway("{ app: edge }"), deployment("edge")),
    ],
  });
});

describe("an image, where the environment names a mirror", () => {
  const mirrored = `${shop}charts: { images: { registry: registry.example.com/mirror } }\n`;
  const from = (image: string) => deployment("cart").replace("image: app", `image: ${image}`);
  check(
    {
      "of another registry": [
        from("quay.io/shop/cart:1"),
        'shop.yaml:8:39 spec.template.spec.containers[0].image: warning: an image of registry.example.com, which charts.images.registry names for all images of the mesh; those of applications are deployed as they stand, got "quay.io/shop/cart:1"; write registry.example.com/mirror/shop/cart:1, if',
        from("registry.example.com/mirror/shop/cart:1"),
      ],
      "without a registry": [
        from("nginx"),
        "write registry.example.com/mirror/library/nginx",
        from("registry.example.com/nginx"),
      ],
    },
    mirrored,
  );

  test("is nobody's business where it names none", () => {
    expect(judged(from("quay.io/shop/cart:1"))).toBe("");
  });
});

describe("an application whose workloads ask for their sidecars", () => {
  const opting = shop.replace("namespace: shop }", "namespace: shop, injection: workload }");
  const asking = (wish: string) =>
    deployment("cart", `{ app: cart, version: v1, sidecar.istio.io/inject: "${wish}" }`);
  check(
    {
      "of which none does": [
        documents(deployment("cart"), deployment("books")),
        'shop.yaml:7:17 spec.template.metadata.labels: warning: sidecar.istio.io/inject: "true" on the pods that get a sidecar, as injection: workload says, got no workload of application shop with it; add the label',
        documents(asking("true"), deployment("books")),
      ],
    },
    opting,
  );
});

describe("an object", () => {
  const policy = (name: string, namespace = "shop", spec = "mtls: { mode: PERMISSIVE }") =>
    `apiVersion: security.istio.io/v1\nkind: PeerAuthentication\nmetadata: { name: ${name}, namespace: ${namespace} }\nspec: { ${spec} }\n`;
  check({
    "of a misspelt kind": [
      service("cart").replace("kind: Service", "kind: Servise"),
      'shop.yaml:2:1 kind: an apiVersion and a kind that exist, got "v1 Servise"; did you mean v1 Service?',
      service("cart"),
    ],
    "of a version that is gone": [
      deployment("cart").replace("apps/v1", "extensions/v1beta1"),
      "did you mean apps/v1 Deployment?",
      deployment("cart"),
    ],
    "of another namespace": [
      service("cart").replace("name: cart }", "name: cart, namespace: other }"),
      'metadata.namespace: objects of application shop lie in its namespace, shop, got "other"',
      service("cart").replace("name: cart }", "name: cart, namespace: shop }"),
    ],
    "that stands twice": [
      documents(service("cart"), service("cart")),
      "shop.yaml:8:13 metadata.name: each object stands once; applications/shop/shop.yaml has it already, got Service cart",
      documents(service("cart"), service("carts")),
    ],
    "that is the namespace": [
      "apiVersion: v1\nkind: Namespace\nmetadata: { name: shop }\n",
      "the environment makes the namespace with its labels, got Namespace shop",
      service("shop"),
    ],
  });

  const permissive = shop.replace("mesh:\n", "mesh:\n  namespaces: [{ name: shop, mtls: permissive }]\n");
  check(
    {
      "that the environment makes itself": [
        policy("default"),
        "objects that the environment does not make itself; its own keys decide over this one, got PeerAuthentication default",
        policy("cart", "shop", "selector: { matchLabels: { app: cart } }, mtls: { mode: PERMISSIVE }"),
      ],
      "for all of a namespace, for which the environment makes one": [
        policy("all"),
        "got PeerAuthentication all for all of namespace shop",
        policy("all", "shop", "selector: { matchLabels: { app: cart } }"),
      ],
    },
    permissive,
  );

  test("of a group that nobody here knows is only warned of", () => {
    expect(judged("apiVersion: monitoring.coreos.com/v1\nkind: PodMonitor\nmetadata: { name: a }\n")).toMatch(
      /^applications\/shop\/shop.yaml:1:1 apiVersion: warning: a kind of Kubernetes, Istio/,
    );
  });
});

describe("a route", () => {
  const v1 = "{ destination: { host: cart, subset: v1 }";
  const v2 = "{ destination: { host: cart, subset: v2 }";
  check({
    "to a subset that no DestinationRule has": [
      to("{ destination: { host: cart, subset: v4 } }"),
      'spec.http[0].route[0].destination.subset: a subset that a DestinationRule for cart has: v1 or v2, got "v4"',
      to("{ destination: { host: cart, subset: v2 } }"),
    ],
    "with weights of 50 and 40": [
      to(`${v1}, weight: 50 }`, `${v2}, weight: 40 }`),
      "spec.http[0].route: weights that sum to 100, so that each is a percentage, got 50 + 40 = 90; add 10 to one of them",
      to(`${v1}, weight: 50 }`, `${v2}, weight: 50 }`),
    ],
    "to several destinations without weights": [
      to(`${v1} }`, `${v2} }`),
      "a weight for each destination, in percent, got 2 destinations without one",
      to(`${v1} }`),
    ],
    "to a Service that is not there": [
      to("{ destination: { host: card } }"),
      'destination.host: a Service of namespace shop: cart, got "card"; did you mean cart?',
      to("{ destination: { host: cart } }"),
    ],
    "to a Service by half of its name, to which Istio appends nothing": [
      to("{ destination: { host: cart.shop } }"),
      'got "cart.shop"; write cart.shop.svc.cluster.local',
      to("{ destination: { host: cart.shop.svc.cluster.local } }"),
    ],
    "to the pods' port": [
      to("{ destination: { host: cart, port: { number: 8080 } } }"),
      "destination.port.number: a port of cart: 80, got 8080; write 80",
      to("{ destination: { host: cart, port: { number: 80 } } }"),
    ],
    "that is mirrored to a subset that is not there": [
      to("{ destination: { host: cart } }]\n      mirror: { host: cart, subset: v9 }\n      headers: {}\n#"),
      "spec.http[0].mirror.subset",
      to("{ destination: { host: cart } }]\n      mirror: { host: cart, subset: v2 }\n      headers: {}\n#"),
    ],
    "by a gateway that is not there": [
      by("istio-ingres/ingress"),
      'spec.gateways[0]: a Gateway: istio-ingress/ingress, istio-ingress/ingress-plaintext or mesh, got "istio-ingres/ingress"; did you mean istio-ingress/ingress?',
      by("istio-ingress/ingress"),
    ],
    "for a host that the gateway does not serve": [
      by("istio-ingress/ingress", "books.example.com"),
      "a gateway that serves one of spec.hosts (books.example.com); istio-ingress/ingress serves */shop.example.com",
      by("mesh, istio-ingress/ingress"),
    ],
    "by the gateway's plaintext port, which is kept for the redirect": [
      by("istio-ingress/ingress-plaintext"),
      "istio-ingress/ingress-plaintext serves ./*",
      by("istio-ingress/ingress"),
    ],
  });

  test("for some workloads at some gateways is warned of, because Istio then looks at the gateways alone", () => {
    const matching = (match: string) =>
      judged(to(`{ destination: { host: cart } }]\n      match: [${match}]\n      headers: {}\n#`));
    expect(matching("{ sourceLabels: { app: page }, gateways: [mesh] }")).toContain(
      "spec.http[0].match[0].sourceLabels: warning: a match without gateways: beside them Istio looks at no sourceLabels, and everybody fits, got both",
    );
    expect(matching("{ sourceNamespace: books, gateways: [mesh] }")).toContain("looks at no sourceNamespace");
    expect(matching("{ sourceLabels: { app: page } }, { gateways: [mesh] }")).toBe("");
  });

  test("to a host outside is wrong until a ServiceEntry or the environment names it", () => {
    const outside = to("{ destination: { host: api.example.com } }");
    const entry =
      "apiVersion: networking.istio.io/v1\nkind: ServiceEntry\nmetadata: { name: api }\nspec: { hosts: [api.example.com], ports: [{ number: 443, name: tls, protocol: TLS }] }\n";
    expect(judged(outside)).toContain(
      "destination.host: a Service's full name, or a host that policies.outbound.hosts or a ServiceEntry",
    );
    expect(judged(documents(outside, entry))).toBe("");
    const listed = `${shop}policies: { outbound: { hosts: [{ host: api.example.com }] } }\n`;
    expect(judged(outside, listed)).toBe("");
  });

  test("to a subset that no pod belongs to is warned of", () => {
    expect(
      judged(cart.replace("{ name: v2, labels: { version: v1 } }", "{ name: v2, labels: { version: v2 } }")),
    ).toContain("spec.subsets[1].labels: warning: labels that pods of an application have, got version: v2");
  });
});

describe("a port of a Service", () => {
  check({
    "whose name says no protocol": [
      service("cart", "{ name: web, port: 80 }"),
      "spec.ports[0].name: a port named <protocol> or <protocol>-<more>, or with appProtocol (http,",
      service("cart", "{ name: http-web, port: 80 }"),
    ],
    "without name and appProtocol": [
      service("cart", "{ port: 80 }"),
      "spec.ports[0]: a port named",
      service("cart", "{ port: 80, appProtocol: http }"),
    ],
    "that is another protocol in a second Service": [
      documents(
        service("cart", "{ name: http, port: 80, targetPort: 8080 }"),
        service("cart-tcp", "{ name: tcp, port: 81, targetPort: 8080 }", "cart"),
        deployment("cart"),
      ),
      "one protocol for a port of a pod; Service cart says http of 8080, got tcp",
      documents(
        service("cart", "{ name: http, port: 80, targetPort: 8080 }"),
        service("cart-tcp", "{ name: tcp, port: 81, targetPort: 8081 }", "cart"),
        deployment("cart"),
      ),
    ],
  });

  test("of UDP needs none", () => {
    expect(judged(service("dns", "{ name: dns, port: 53, protocol: UDP }"))).toBe("");
  });
});

describe("a workload", () => {
  const out = '{ app: cart, version: v1, sidecar.istio.io/inject: "false" }';
  const into = '{ app: cart, version: v1, sidecar.istio.io/inject: "true" }';
  check({
    "that opted out of its sidecar where mutual TLS is strict": [
      deployment("cart", out),
      'spec.template.metadata.labels["sidecar.istio.io/inject"]: pods with a sidecar: mutual TLS is strict in shop',
      deployment("cart", into),
    ],
    "without app and version": [
      deployment("cart", "{ tier: web }"),
      "spec.template.metadata.labels: warning: pods with the labels app and version: metrics, traces and routes tell them apart by these, got none of app and version",
      deployment("cart", "{ app.kubernetes.io/name: cart, app.kubernetes.io/version: v1 }"),
    ],
    "that follows a revision of its own": [
      deployment("cart", "{ app: cart, version: v1, istio.io/rev: canary }"),
      'spec.template.metadata.labels["istio.io/rev"]: no revision of a pod\'s own: pods follow a tag with all of their namespace, and an upgrade moves the tag, got "canary"; remove the label, or lead all of shop there: { name: shop, revision: <tag> } in mesh.namespaces',
      deployment("cart", "{ app: cart, version: v1 }"),
    ],
  });

  const injection = (kind: string) =>
    shop.replace("namespace: shop }", `namespace: shop, injection: ${kind} }`);
  describe("of an application without sidecars", () => {
    check(
      {
        "that opts in": [
          deployment("cart", into),
          "no sidecars: application shop has injection: none",
          deployment("cart"),
        ],
        "that would get one by its revision": [
          deployment("cart", "{ app: cart, version: v1, istio.io/rev: stable }"),
          'got "stable"; remove the label',
          deployment("cart"),
        ],
      },
      injection("none"),
    );
  });
  describe("of an application with sidecars in its files", () => {
    check(
      {
        "that has none": [
          deployment("cart"),
          "no container istio-proxy",
          deployment("cart", undefined, " }, { name: istio-proxy, image: proxyv2"),
        ],
      },
      injection("manual"),
    );
  });

  test("may opt out where mutual TLS is permissive", () => {
    const permissive = shop.replace("mesh:\n", "mesh:\n  mtls: permissive\n");
    expect(judged(deployment("cart", out), permissive)).toBe("");
  });
});

describe("a route of the Gateway API", () => {
  const api = shop
    .replace("name: ingress, exposure", "name: ingress, api: gateway-api, exposure")
    .concat("gatewayApi: { management: install }\n");
  const route = (spec: string) =>
    documents(
      cart,
      `apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: { name: cart }\nspec: { ${spec} }\n`,
    );
  const parent = (more = "") => `parentRefs: [{ name: ingress, namespace: istio-ingress${more} }]`;
  const rules = (backend: string) => `rules: [{ backendRefs: [{ ${backend} }] }]`;
  const right = route(`${parent()}, hostnames: [shop.example.com], ${rules("name: cart, port: 80")}`);
  check(
    {
      "by a gateway that is not there": [
        route(`parentRefs: [{ name: ingres, namespace: istio-ingress }]`),
        'spec.parentRefs[0].name: a Gateway of the Gateway API: istio-ingress/ingress, got "istio-ingress/ingres"; did you mean istio-ingress/ingress?',
        right,
      ],
      "for a host that the gateway does not serve": [
        route(`${parent()}, hostnames: [cart.example.com]`),
        "istio-ingress/ingress serves shop.example.com",
        route(`${parent()}, hostnames: ["*.example.com"]`),
      ],
      "to a Service that is not there": [
        route(`${parent()}, ${rules("name: cat, port: 80")}`),
        'spec.rules[0].backendRefs[0].name: a Service of namespace shop: cart, got "cat"; did you mean cart?',
        right,
      ],
      "to a Service without its port": [
        route(`${parent()}, ${rules("name: cart")}`),
        "the port of the Service, without which the route is not accepted",
        right,
      ],
      "that a VirtualService of Istio's should be": [
        by("istio-ingress/ingress"),
        "a Gateway, and the environment has none",
        right,
      ],
    },
    api,
  );

  test("needs a gateway of it, and the definitions", () => {
    expect(judged(right)).toContain("set api of gateway ingress to gateway-api");
    expect(judged(right)).toContain("set gatewayApi.management to install, or to adopt");
    expect(judged(right, api)).toBe("");
  });

  test("may be led to by Services inside of the mesh", () => {
    const inside = route(
      `parentRefs: [{ kind: Service, group: "", name: cart }], ${rules("name: cart, port: 80")}`,
    );
    expect(judged(inside, api)).toBe("");
  });
});
