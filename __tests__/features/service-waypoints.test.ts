import { describe, expect, test } from "vitest";
import type { Manifest } from "../../composition/manifests/manifest";
import { composeMesh } from "../../features/compose-mesh";
import { messagesOf, parse } from "../support/environments/environment-files";
import { deployment, documents, judged, service, shop } from "../support/environments/judged-application";

const files = documents(service("cart"), service("mail"), deployment("cart"), deployment("mail"));

/** Application shop in a mesh in ambient mode, with a waypoint at its namespace. */
const ambient = (waypoint: string, more = "") =>
  shop.replace(
    "mesh:\n",
    `gatewayApi: { management: install }
mesh:
  mode: ambient
  namespaces: [{ name: shop, waypoint: ${waypoint} }]
`,
  ) + more;

const manifest = (kind: string, name: string): Manifest => ({ apiVersion: "v1", kind, metadata: { name } });

function objectsOf(text: string, release: string): readonly Manifest[] {
  const parsed = parse(text);
  if ("problems" in parsed) throw new Error(messagesOf(text));
  const shop = [manifest("Service", "cart"), manifest("Service", "mail"), manifest("ConfigMap", "cart")];
  const { releases } = composeMesh({ ...parsed.environment, applicationObjects: { shop } });
  const found = releases.find(({ name }) => name === release);
  return found?.kind === "objects" ? found.objects : [];
}

const rules = (more = "") =>
  `policies: { authorization: { default: deny, allow: [{ name: calls, namespace: shop, from: { gateways: [ingress] }${more} }] } }\n`;
const named = (objects: readonly Manifest[], name: string) =>
  objects.find(({ metadata }) => metadata.name === name) as { spec?: object } | undefined;

describe("a waypoint of single Services", () => {
  test("is named by their labels, and by nothing else's", () => {
    const labels = objectsOf(ambient("{ usedBy: labelled, services: [cart] }"), "shop").map(
      ({ kind, metadata }) => [kind, metadata.name, metadata.labels],
    );
    expect(labels).toEqual([
      ["Service", "cart", { "istio.io/use-waypoint": "waypoint", "istio.io/ingress-use-waypoint": "true" }],
      ["Service", "mail", undefined],
      ["ConfigMap", "cart", undefined],
    ]);
    const none = objectsOf(ambient("{ usedBy: labelled }"), "shop");
    expect(none.map(({ metadata }) => metadata.labels)).toEqual([undefined, undefined, undefined]);
  });

  test("serves Services of applications here, and others are their owners' to label", () => {
    const asked = (services: string) =>
      judged(files, ambient(`{ usedBy: labelled, services: [${services}] }`));
    expect(asked("cart, mail")).toBe("");
    expect(asked("cart, bank")).toMatch(
      /mesh\.namespaces\[0\]\.waypoint\.services\[1\]: a Service of an application in namespace shop, .*got "bank".*kubectl label -n shop service bank istio\.io\/use-waypoint=waypoint/,
    );
  });

  test("is not asked for beside one of the whole namespace", () => {
    expect(messagesOf(ambient("{ services: [cart] }"))).toContain(
      "mesh.namespaces[0].waypoint.services: all of namespace shop goes through its waypoint",
    );
    expect(messagesOf(ambient("{ usedBy: labelled, services: [cart] }"))).toBe("");
  });

  test("judges by the rules that its pods judge by, and may call them", () => {
    const policies = (waypoint: string, more = "") =>
      objectsOf(ambient(waypoint, rules(more)), "mesh-policies");
    const partly = policies("{ usedBy: labelled, services: [cart] }");
    expect(named(partly, "calls")?.spec).not.toHaveProperty("targetRefs");
    expect(named(partly, "calls.waypoint")?.spec).toMatchObject({
      targetRefs: [{ kind: "Gateway", name: "waypoint" }],
      rules: [{ from: [{ source: { principals: ["cluster.local/ns/istio-ingress/sa/istio-ingress"] } }] }],
    });
    expect(named(partly, "waypoint-calls-pods")).toBeDefined();
    const wholly = policies("{}");
    expect(named(wholly, "calls")?.spec).toHaveProperty("targetRefs");
    expect(named(wholly, "calls.waypoint")).toBeUndefined();
  });

  test("does not judge by a rule that chooses pods", () => {
    const policies = objectsOf(
      ambient("{ usedBy: labelled }", rules(", labels: { app: cart }")),
      "mesh-policies",
    );
    expect(named(policies, "calls")?.spec).toHaveProperty("selector");
    expect(named(policies, "calls.waypoint")).toBeUndefined();
  });
});
