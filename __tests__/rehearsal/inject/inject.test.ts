import { describe, expect, test } from "vitest";
import { parseAllDocuments } from "yaml";
import { inNamespace } from "../../../rehearsal/inject/in-namespace";
import { injectorConfiguration } from "../../../rehearsal/inject/injector-configuration";

const configMap = (name: string, data: object) =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: ${name} }\ndata: ${JSON.stringify(data)}\n---\n`;
const injector = (values: object) => ({ config: "policy: enabled", values: JSON.stringify(values) });

describe("what istiod injects by", () => {
  test("is read from the ConfigMaps that its chart renders", () => {
    const manifests = `${configMap("istio", { mesh: "rootNamespace: a" })}${configMap("istio-sidecar-injector", injector({ revision: "" }))}`;
    expect(injectorConfiguration(manifests)).toEqual({
      mesh: "rootNamespace: a",
      config: "policy: enabled",
      values: '{"revision":""}',
      revision: "default",
    });
  });

  test("is that of a revision where there is one", () => {
    const manifests = `${configMap("istio-1-31-1", { mesh: "a: b" })}${configMap("istio-sidecar-injector-1-31-1", injector({ revision: "1-31-1" }))}`;
    expect(injectorConfiguration(manifests)).toMatchObject({ mesh: "a: b", revision: "1-31-1" });
  });

  test("is missed by name", () => {
    expect(() => injectorConfiguration(configMap("istio", { mesh: "" }))).toThrow("istio-sidecar-injector");
  });
});

test("container ports get the protocol that they have by default", () => {
  const ports = (text: string) =>
    (parseAllDocuments(inNamespace(text, "shop"))[0]?.toJS() as { ports: object }).ports;
  expect(
    ports("kind: A\nports: [{ containerPort: 80 }, { containerPort: 53, protocol: UDP }, { port: 1 }]\n"),
  ).toEqual([{ containerPort: 80, protocol: "TCP" }, { containerPort: 53, protocol: "UDP" }, { port: 1 }]);
});

test("objects get a namespace where they name none", () => {
  const text =
    "kind: A\nmetadata: { name: a }\n---\n# Nothing.\n---\nkind: B\nmetadata: { name: b, namespace: own }\n";
  const objects = parseAllDocuments(inNamespace(text, "shop")).map((document) => document.toJS() as object);
  expect(objects).toEqual([
    { kind: "A", metadata: { name: "a", namespace: "shop" } },
    { kind: "B", metadata: { name: "b", namespace: "own" } },
  ]);
});
