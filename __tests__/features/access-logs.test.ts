import { describe, expect, test } from "vitest";
import { existing, messagesOf } from "../support/environments/environment-files";
import { check, onto } from "../support/environments/rule-cases";
import { synthesizeMesh } from "../support/stacks/synthesize-mesh";

const shop = "  namespaces: [{ name: shop }, { name: legacy }]\n";
const file = (logs: string) => `${existing}${shop}  accessLogs: ${logs}\n`;
const mesh = (logs: string) => synthesizeMesh(file(logs));
const config = (logs: string) => mesh(logs).values("istiod")["meshConfig"] as Record<string, unknown>;
const loggingOf = (logs: string) =>
  Object.fromEntries(
    mesh(logs)
      .objectsOfKind("Telemetry")
      .map(({ metadata, spec }) => [
        metadata.namespace,
        (spec as { accessLogging: unknown[] }).accessLogging,
      ]),
  );

const envoy = { providers: [{ name: "envoy" }] };

test.each(["text", "json"])("the short form %s is the long one with its defaults", (encoding) => {
  expect(config(encoding)).toEqual(config(`{ encoding: ${encoding} }`));
  expect(config(encoding)).toMatchObject({ accessLogEncoding: encoding.toUpperCase() });
  expect(loggingOf(encoding)).toEqual({});
});

describe("a mapping", () => {
  test("filters what all proxies log, and what those of a namespace do", () => {
    const filter = "filter: response.code >= 400";
    expect(loggingOf(`{ ${filter}, namespaces: [{ name: shop, filter: response.code >= 500 }] }`)).toEqual({
      "istio-system": [{ ...envoy, filter: { expression: "response.code >= 400" } }],
      shop: [{ ...envoy, filter: { expression: "response.code >= 500" } }],
    });
  });

  test("silences a namespace", () => {
    expect(loggingOf("{ namespaces: [{ name: legacy, logged: false }] }")).toEqual({
      legacy: [{ ...envoy, disabled: true }],
    });
  });

  test("lets single namespaces log where the mesh does not, in the encoding of the mesh", () => {
    const logs = "{ everywhere: false, encoding: text, namespaces: [{ name: shop }] }";
    expect(config(logs)).not.toHaveProperty("accessLogFile");
    expect(config(logs)).toMatchObject({ accessLogEncoding: "TEXT" });
    expect(loggingOf(logs)).toEqual({ shop: [envoy] });
  });

  test("gives a line of text its end, which Envoy does not write by itself", () => {
    expect(config("{ encoding: text, format: '%START_TIME%' }")["accessLogFormat"]).toBe("%START_TIME%\n");
    expect(config('{ encoding: text, format: "%START_TIME%\\n" }')["accessLogFormat"]).toBe("%START_TIME%\n");
    const json = `{"at": "%START_TIME%"}`;
    expect(config(`{ format: '${json}' }`)["accessLogFormat"]).toBe(json);
  });
});

describe("of access logs is refused", () => {
  const logs = (text: string) => `  accessLogs: ${text}`;
  check(
    onto(`${existing}${shop}`, {
      "a namespace that the file does not have": [
        logs("{ namespaces: [{ name: shopp }] }"),
        "namespaces of the file are shop or legacy",
        logs("{ namespaces: [{ name: shop }] }"),
      ],
      "a namespace that stands twice": [
        logs("{ namespaces: [{ name: shop }, { name: shop, logged: false }] }"),
        "each namespace stands once",
        logs("{ namespaces: [{ name: shop }, { name: legacy, logged: false }] }"),
      ],
      "a filter of what is not logged": [
        logs("{ namespaces: [{ name: shop, logged: false, filter: 'true' }] }"),
        "with logged: false nothing is logged",
        logs("{ namespaces: [{ name: shop, filter: 'true' }] }"),
      ],
      "a mesh in which nobody logs": [
        logs("{ everywhere: false }"),
        "set mesh.accessLogs to off",
        logs("{ everywhere: false, namespaces: [{ name: shop }] }"),
      ],
      "a filter of the mesh where only namespaces log": [
        logs("{ everywhere: false, filter: 'true', namespaces: [{ name: shop }] }"),
        "move it to the namespaces",
        logs("{ everywhere: false, namespaces: [{ name: shop, filter: 'true' }] }"),
      ],
      "a format that is no JSON": [
        logs("{ format: '%START_TIME%' }"),
        "a format is a JSON object",
        logs("{ encoding: text, format: '%START_TIME%' }"),
      ],
      "two formats": [
        `${logs("{ encoding: text, format: a }")}\n  istiod: { values: { meshConfig: { accessLogFormat: b } } }`,
        "remove one of the two",
        logs("{ encoding: text, format: a }"),
      ],
      "a mapping for the mesh of somebody else": [
        `${logs("{ filter: 'true' }")}\n  management: adopt`,
        "mesh.management adopt leaves that to its owner",
        `${logs("off")}\n  management: adopt`,
      ],
    }),
  );

  test("with the place inside the mapping, and what belongs there", () => {
    expect(messagesOf(file("{ encoding: jsn }"))).toMatch(
      /mesh\.accessLogs\.encoding: text or json, got "jsn"; did you mean json\?/,
    );
    expect(messagesOf(file("{ fliter: x }"))).toContain("did you mean filter?");
    expect(messagesOf(file("jsn"))).toMatch(/mesh\.accessLogs: off, text or json or a mapping/);
  });
});
