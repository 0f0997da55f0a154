import { describe, expect, test } from "vitest";
import { existing, messagesOf } from "../support/environments/environment-files";
import { synthesizeMesh } from "../support/stacks/synthesize-mesh";

const environment = (...namespaces: readonly string[]) =>
  `${existing}  namespaces: [${namespaces.join(", ")}]\napplications: [{ name: books, path: applications/bookinfo, files: [bookinfo.yaml], namespace: shop }]\n`;
const made = synthesizeMesh(environment("{ name: shop }")).json;
const adopted = synthesizeMesh(
  environment("{ name: shop, management: adopt }", "{ name: other, management: adopt }"),
).json;

interface Json {
  readonly removed?: readonly { from: string; lifecycle: object }[];
  readonly data: {
    readonly kubernetes_resources: Readonly<
      Record<
        string,
        {
          field_selector?: string;
          lifecycle: { postcondition: { error_message: string; condition: string }[] };
        }
      >
    >;
  };
  readonly resource: {
    readonly kubernetes_namespace_v1: object;
    readonly helm_release: Readonly<Record<string, { name: string; depends_on: readonly string[] }>>;
  };
}
const json = (text: unknown) => text as Json;

describe("a namespace that is adopted", () => {
  test("is not made; one that is not adopted is", () => {
    expect(JSON.stringify(json(adopted).resource.kubernetes_namespace_v1)).not.toContain('"name":"shop"');
    expect(JSON.stringify(json(made).resource.kubernetes_namespace_v1)).toContain('"name":"shop"');
  });

  test("is forgotten at the address that it had, and not destroyed", () => {
    const [address] = Object.keys(json(made).resource.kubernetes_namespace_v1).filter((name) =>
      /shop/.test(name),
    );
    expect(json(adopted).removed).toContainEqual({
      from: `kubernetes_namespace_v1.${String(address)}`,
      lifecycle: { destroy: false },
    });
    expect(json(adopted).removed).toHaveLength(2);
    expect(json(made).removed).toBeUndefined();
  });

  test("is looked at before anything goes into it: it exists, and its pods get a sidecar", () => {
    const [name, looked] =
      Object.entries(json(adopted).data.kubernetes_resources).find(
        ([, { field_selector }]) => field_selector === "metadata.name=shop",
      ) ?? [];
    expect(looked?.lifecycle.postcondition.map(({ error_message }) => error_message)).toEqual([
      "There is no namespace shop to adopt. Make it, or set its management to install.",
      "Namespace shop lacks the label istio-injection=enabled, by which its pods get their sidecar. Set it: kubectl label namespace shop istio-injection=enabled",
    ]);
    const release = Object.values(json(adopted).resource.helm_release).find((each) => each.name === "books");
    expect(release?.depends_on).toContain(`data.kubernetes_resources.${String(name)}`);
  });

  test("gets no Pod Security level", () => {
    const says = "management is adopt, so that nothing of the namespace is changed";
    expect(messagesOf(environment("{ name: shop, management: adopt, podSecurity: baseline }"))).toContain(
      says,
    );
    expect(messagesOf(environment("{ name: shop, podSecurity: baseline }"))).toBe("");
  });
});
