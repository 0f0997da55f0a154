import { describe, expect, test } from "vitest";
import { existing, messagesOf } from "../support/environments/environment-files";
import { synthesizeMesh } from "../support/stacks/synthesize-mesh";
import { complaintsAbout } from "../support/terraform/conditions";
import { isInstalled } from "../support/terraform/terraform-program";

const label = "istio-cdktf.dev/environment";
const bookinfo =
  "applications: [{ name: books, path: applications/bookinfo, files: [bookinfo.yaml], namespace: books }]\n";

const mesh = (keys: string, more = "") => synthesizeMesh(`${existing}${keys}${more}`, { name: "edge" });
const namespace = (name: string) => ({ apiVersion: "v1", kind: "Namespace", metadata: { name } });

const complaints = (text: ReturnType<typeof mesh>, ...made: readonly string[]) => {
  const [address = "", ...more] = Object.keys(text.json.data?.["kubernetes_resources"] ?? {}).filter((name) =>
    name.startsWith("leaving-namespaces"),
  );
  expect(more).toEqual([]);
  return complaintsAbout(text, `data.kubernetes_resources.${address}`, made.map(namespace));
};

test("namespaces in which others work carry the name of their environment, those that are adopted or have one use do not", () => {
  const { namespaces } = mesh(
    "  namespaces: [{ name: shop }, { name: old, management: adopt }]\n",
    `${bookinfo}gateways: [{ name: ingress, exposure: { kind: nodeport } }]\n`,
  );
  const labelled = Object.entries(namespaces).filter(([, labels]) => label in labels);
  expect(labelled.map(([name, labels]) => [name, labels[label]])).toEqual([
    ["books", "edge"],
    ["shop", "edge"],
  ]);
  expect(namespaces).toHaveProperty("istio-ingress");
});

describe.skipIf(!isInstalled("terraform"))("before a namespace is deleted, a plan", () => {
  test("goes on where all that the environment made are in the file", () => {
    expect(complaints(mesh(""))).toBe("");
    const text = mesh("  namespaces: [{ name: shop }, { name: old, management: adopt }]\n", bookinfo);
    expect(complaints(text, "shop", "old", "books")).toBe("");
  });

  test("stops where some have left the file, with both ways on", () => {
    expect(complaints(mesh("  namespaces: [{ name: shop }]\n"), "shop", "old", "books")).toBe(
      "The file of environment edge has namespace books, old no more, which would be deleted with everything in it. " +
        "To delete it, list it under mesh.removedNamespaces. " +
        "To keep it, write it into mesh.namespaces with management: adopt and apply; then cut its tie and take it out: " +
        `kubectl label namespace books old ${label}-`,
    );
  });

  test("stops where the last one has left", () => {
    expect(complaints(mesh(""), "shop")).toContain("has namespace shop no more");
  });

  test("goes on where the file says that it may be deleted", () => {
    expect(complaints(mesh("  removedNamespaces: [shop]\n"), "shop")).toBe("");
    expect(complaints(mesh("  removedNamespaces: [shop]\n"), "shop", "old")).toContain("has namespace old");
  });
});

test("a namespace that may be deleted is none that the file asks for", () => {
  expect(messagesOf(`${existing}  namespaces: [{ name: shop }]\n  removedNamespaces: [old, shop]\n`)).toBe(
    "environments/lab.yaml:8:28 mesh.removedNamespaces[1]: a namespace that is in the file no more; " +
      'mesh.namespaces lists it, got "shop"; remove one of the two',
  );
  expect(messagesOf(`${existing}  removedNamespaces: [books]\n${bookinfo}`)).toContain(
    'application books lies in it, got "books"; remove it here, or remove the application',
  );
  expect(messagesOf(`${existing}  namespaces: [{ name: shop }]\n  removedNamespaces: [old]\n`)).toBe("");
});
