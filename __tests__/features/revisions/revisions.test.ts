import { describe, expect, test } from "vitest";
import { existing } from "../../support/environments/environment-files";
import { complaintsAbout } from "../../support/terraform/conditions";
import { isInstalled } from "../../support/terraform/terraform-program";
import type { MeshJson } from "../../support/stacks/mesh-json";
import { synthesizeMesh } from "../../support/stacks/synthesize-mesh";

const ingress = "gateways: [{ name: ingress, exposure: { kind: clusterip } }]\n";

/** An environment in the middle of an upgrade. */
function upgrading(mesh: string, rest = ingress): MeshJson {
  const beside =
    "revisions: [{ name: default, istioVersion: 1.30.8 }, { name: 1-31-4, istioVersion: 1.31.4 }]";
  return synthesizeMesh(`${existing.replace("istioVersion: 1.31.4", beside)}  ${mesh}\n${rest}`);
}

const template = (mesh: MeshJson, release: string, name: string) =>
  mesh.object(release, "Deployment", name).spec.template;

describe("two revisions", () => {
  const mesh = upgrading("tags: { stable: default, canary: 1-31-4 }");

  test("are two releases of istiod, each of its own version", () => {
    expect(mesh.release("istiod")["version"]).toBe("1.30.8");
    expect(mesh.release("istiod-1-31-4")["version"]).toBe("1.31.4");
    expect(mesh.values("istiod")).not.toHaveProperty("revision");
    expect(mesh.values("istiod-1-31-4")).toHaveProperty("revision", "1-31-4");
  });

  test("have the definitions of the newer one and the node agent of the older one", () => {
    expect(mesh.release("istio-base")["version"]).toBe("1.31.4");
    expect(mesh.release("istio-cni")["version"]).toBe("1.30.8");
  });

  test("are told of by the tags, in a release that waits for both", () => {
    const tags = mesh.objects("istio-revision-tags").map(({ kind, metadata }) => [kind, metadata.name]);
    expect(tags).toEqual([
      ["MutatingWebhookConfiguration", "istio-revision-tag-stable"],
      ["Service", "istiod-revision-tag-stable"],
      ["MutatingWebhookConfiguration", "istio-revision-tag-canary"],
      ["Service", "istiod-revision-tag-canary"],
    ]);
    for (const name of ["istiod", "istiod-1-31-4"]) {
      const release = mesh.releaseAddress("istio-revision-tags");
      expect(mesh.follows(release, mesh.releaseAddress(name))).toBe(true);
    }
  });

  test("have namespaces whose label is there only once a webhook answers to it", () => {
    expect(mesh.namespaces["mesh-health"]).toMatchObject({ "istio.io/rev": "stable" });
    expect(mesh.namespaces["mesh-health"]).not.toHaveProperty("istio-injection");
    const tags = mesh.releaseAddress("istio-revision-tags");
    expect(mesh.follows(mesh.namespaceAddress("mesh-health"), tags)).toBe(true);
  });

  test("are described by the stable one in the outputs", () => {
    expect(mesh.outputs).toMatchObject({ istio_version: "1.30.8", istio_revision: "default" });
  });
});

test("two revisions take each its own chart from a directory of packaged charts", () => {
  const mesh = upgrading(
    "tags: { stable: default }",
    "charts: { source: { kind: directory, path: vendor/charts } }\n",
  );
  expect(mesh.release("istiod")["chart"]).toMatch(/^assets\/chart-istiod\/istiod-1\.30\.8\//);
  expect(mesh.release("istiod-1-31-4")["chart"]).toMatch(/^assets\/chart-istiod-1-31-4\/istiod-1\.31\.4\//);
});

test("what becomes a list of the one revision that there was keeps its releases and rolls nothing", () => {
  const short = synthesizeMesh(`${existing}${ingress}`);
  const list = synthesizeMesh(
    `${existing.replace("istioVersion: 1.31.4", "revisions: [{ name: default, istioVersion: 1.31.4 }]")}  tags: { stable: default }\n${ingress}`,
  );
  for (const release of ["istio-base", "istiod", "istio-cni", "istio-ingress", "healthz"]) {
    expect(list.releaseAddress(release)).toBe(short.releaseAddress(release));
    expect(list.valuesText(release)).toBe(short.valuesText(release));
  }
});

describe("a tag that moves", () => {
  const before = upgrading("tags: { stable: default }");
  const after = upgrading("tags: { stable: 1-31-4 }");

  test("rolls the gateways by the revision that it stands for", () => {
    expect(before.values("istio-ingress")).not.toHaveProperty("revision");
    expect(after.values("istio-ingress")).toHaveProperty("revision", "1-31-4");
    expect(after.release("istio-ingress")["version"]).toBe("1.31.4");
  });

  test("rolls the health workload, whose pods no chart labels", () => {
    const stamp = "istio-cdktf.dev/revision";
    expect(template(after, "healthz", "healthz").metadata.annotations).toHaveProperty([stamp], "1-31-4");
    expect(template(before, "healthz", "healthz").metadata.annotations).not.toHaveProperty([stamp]);
  });

  test("takes the webhook that judges Istio's objects along", () => {
    expect(before.values("istio-base")).toHaveProperty("defaultRevision", "default");
    expect(after.values("istio-base")).toHaveProperty("defaultRevision", "1-31-4");
  });

  test("leaves the namespaces as they are", () => {
    expect(after.namespaces).toEqual(before.namespaces);
  });

  test("leads the pods of its namespaces to the other control plane", () => {
    const leadsTo = (mesh: MeshJson) => {
      const { webhooks } = mesh.object(
        "istio-revision-tags",
        "MutatingWebhookConfiguration",
        "istio-revision-tag-stable",
      ) as unknown as { webhooks: { clientConfig: { service: { name: string } } }[] };
      return webhooks.map(({ clientConfig }) => clientConfig.service.name);
    };
    expect(leadsTo(before)).toEqual(["istiod", "istiod"]);
    expect(leadsTo(after)).toEqual(["istiod-1-31-4", "istiod-1-31-4"]);
  });
});

test("a namespace that is adopted is asked for its label once the tag is there, and for no other beside it", () => {
  const mesh = upgrading("tags: { stable: default }\n  namespaces: [{ name: shop, management: adopt }]");
  const [address, looked] =
    Object.entries(mesh.json.data?.["kubernetes_resources"] ?? {}).find(
      ([, block]) => block["field_selector"] === "metadata.name=shop",
    ) ?? [];
  const { postcondition } = looked?.["lifecycle"] as { postcondition: { error_message: string }[] };
  expect(postcondition.at(-1)?.error_message).toMatch(
    /kubectl label --overwrite namespace shop istio\.io\/rev=stable istio-injection-$/,
  );
  const tags = mesh.releaseAddress("istio-revision-tags");
  expect(mesh.follows(`data.kubernetes_resources.${String(address)}`, tags)).toBe(true);
});

describe.skipIf(!isInstalled("terraform"))("the labels of an adopted namespace, judged by Terraform,", () => {
  const says = (tags: string, labels: object) => {
    const mesh = upgrading(`tags: ${tags}\n  namespaces: [{ name: shop, management: adopt }]`);
    const [address = ""] =
      Object.entries(mesh.json.data?.["kubernetes_resources"] ?? {}).find(
        ([, block]) => block["field_selector"] === "metadata.name=shop",
      ) ?? [];
    return complaintsAbout(mesh, address, [{ metadata: { name: "shop", labels } }]);
  };
  const [before, after] = ["{ stable: default }", "{ stable: 1-31-4 }"];
  const refused = /^Pods of namespace shop do not get their sidecar of stable/;

  test("may name the tag, whatever it stands for", () => {
    expect(says(before, { "istio.io/rev": "stable" })).toBe("");
    expect(says(after, { "istio.io/rev": "stable" })).toBe("");
  });

  test("may ask for the revision without a name as long as that is stable", () => {
    expect(says(before, { "istio-injection": "enabled" })).toBe("");
    expect(says(after, { "istio-injection": "enabled" })).toMatch(refused);
  });

  test("may not say both, or neither", () => {
    const both = { "istio.io/rev": "stable", "istio-injection": "enabled" };
    for (const tags of [before, after]) {
      expect(says(tags, both)).toMatch(refused);
      expect(says(tags, {})).toMatch(refused);
      expect(says(tags, { "istio.io/rev": "other" })).toMatch(refused);
    }
  });
});

describe("applications", () => {
  const books = (injection: string, namespaces: string) =>
    upgrading(
      `tags: { stable: default, canary: 1-31-4 }\n  namespaces: ${namespaces}`,
      `applications: [{ name: books, path: applications/bookinfo, files: [bookinfo.yaml], namespace: shop, injection: ${injection} }]\n`,
    );
  const metadata = (mesh: MeshJson) => template(mesh, "books", "details-v1").metadata;

  test("roll with the namespace that follows the canary", () => {
    const mesh = books("namespace", "[{ name: shop, revision: canary }]");
    expect(mesh.namespaces["shop"]).toMatchObject({ "istio.io/rev": "canary" });
    expect(metadata(mesh).annotations).toEqual({ "istio-cdktf.dev/revision": "1-31-4" });
  });

  test.each(["none", "manual"])("with injection %s stay as they are", (injection) => {
    expect(metadata(books(injection, "[]"))).not.toHaveProperty("annotations");
  });
});
