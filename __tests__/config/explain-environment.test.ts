import { expect, test } from "vitest";
import { explainEnvironment, formatExplanation } from "../../config/reading/explain-environment";
import { aws, existing, parse } from "../support/environments/environment-files";
import { shippedEnvironments, textOf, widestEnvironments } from "../support/environments/widest-environments";

const fileName = "environments/lab.yaml";

/** What is said of the keys of a file, by key: the value and where it comes from. */
function explained(text: string, chartsVariable?: string): ReadonlyMap<string, readonly [unknown, string]> {
  const parsed = parse(text, fileName);
  if ("problems" in parsed) throw new Error("the file is not valid");
  const keys = explainEnvironment({ fileName, text, environment: parsed.environment, chartsVariable });
  return new Map(keys.map(({ key, value, source }) => [key, [value, source]]));
}

test("a key that is written comes from its line, one that is not from the default", () => {
  const keys = explained(`${existing}  mtls: permissive\n`);
  expect(keys.get("mesh.mtls")).toEqual(["permissive", "environments/lab.yaml:7"]);
  expect(keys.get("mesh.outboundTraffic")).toEqual(["allow-any", "default"]);
  expect(explained(existing).get("mesh.mtls")).toEqual(["strict", "default"]);
});

test("a value of one's own is told from the same by default", () => {
  expect(explained(`${existing}  mtls: strict\n`).get("mesh.mtls")).toEqual([
    "strict",
    "environments/lab.yaml:7",
  ]);
});

test("each missing number that mesh.size decides is there, beside those of the file", () => {
  const gateways = "gateways:\n  - name: ingress\n    exposure: { kind: clusterip }\n";
  const keys = explained(
    `${existing}  size: small\n  istiod: { resources: { requests: { cpu: "1" }, limits: { memory: 1Gi } } }\n${gateways}`,
  );
  expect(keys.get("mesh.istiod.resources.requests.cpu")).toEqual(["1", "environments/lab.yaml:8"]);
  expect(keys.get("mesh.istiod.resources.requests.memory")).toEqual(["256Mi", "mesh.size: small"]);
  expect(keys.get("mesh.istiod.resources.limits.memory")).toEqual(["1Gi", "environments/lab.yaml:8"]);
  expect(keys.get("mesh.istiod.replicas.max")).toEqual([1, "mesh.size: small"]);
  expect(keys.get("gateways[0].replicas.min")).toEqual([1, "mesh.size: small"]);
  expect(explained(`${existing}${gateways}`).get("gateways[0].replicas.max")).toEqual([
    5,
    "mesh.size: production",
  ]);
});

test("a key that nobody sets is listed with what happens without it", () => {
  const keys = explained(existing);
  expect(keys.get("mesh.proxyResources")).toEqual([undefined, "not set: Istio's, 100m and 128Mi requested"]);
  expect(keys.get("mesh.tags")).toEqual([undefined, "not set"]);
});

test("entries of lists are told one by one, and only the keys of their own kind", () => {
  const keys = explained(
    `${existing}gateways:\n  - name: ingress\n    exposure:\n      kind: nodeport\n      httpNodePort: 30080\n`,
  );
  expect(keys.get("gateways[0].exposure.httpNodePort")).toEqual([30080, "environments/lab.yaml:11"]);
  expect(keys.get("gateways[0].exposure.httpsNodePort")).toEqual([30011, "default"]);
  expect([...keys.keys()].filter((key) => key.startsWith("gateways[0].exposure."))).toEqual([
    "gateways[0].exposure.kind",
    "gateways[0].exposure.httpNodePort",
    "gateways[0].exposure.httpsNodePort",
    "gateways[0].exposure.statusNodePort",
    "gateways[0].exposure.nodeAddress",
    "gateways[0].exposure.externalHttpPort",
    "gateways[0].exposure.externalHttpsPort",
    "gateways[0].exposure.proxyProtocol",
  ]);
});

test("a list that the schema fills is a default with all below it", () => {
  expect(explained(aws).get("target.nodeGroups[0].minNodes")).toEqual([3, "default"]);
});

test("charts that a variable names come from it, whatever the file says", () => {
  const text = `${existing}charts:\n  source: { kind: directory, path: vendor }\n`;
  expect(explained(text).get("charts.source.path")).toEqual(["vendor", "environments/lab.yaml:8"]);
  expect(explained(text, "ISTIO_CDKTF_CHARTS_DIRECTORY").get("charts.source.path")).toEqual([
    "vendor",
    "ISTIO_CDKTF_CHARTS_DIRECTORY",
  ]);
});

/** Everything that is no mapping with keys, with its path as it is shown. */
function leaves(value: unknown, path = ""): string[] {
  if (Array.isArray(value) && value.some((entry) => typeof entry === "object" && entry !== null)) {
    return value.flatMap((entry, index) => leaves(entry, `${path}[${index}]`));
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) return [path];
  const entries = Object.entries(value);
  return entries.length === 0
    ? [path]
    : entries.flatMap(([key, below]) =>
        leaves(
          below,
          /^[A-Za-z_][\w-]{0,59}$/.test(key) ? `${path}.${key}` : `${path}[${JSON.stringify(key)}]`,
        ),
      );
}

test.each([...shippedEnvironments, ...widestEnvironments])(
  "every key that $name writes comes from its file",
  (given) => {
    const text = textOf(given);
    const keys = explained(text);
    // An empty mapping says nothing of the keys that it could have.
    const says = (key: string) => ![...keys.keys()].some((known) => known.startsWith(`${key}.`));
    const written = leaves(given.data)
      .map((path) => path.slice(1))
      .filter(says);
    expect(written.length).toBeGreaterThan(4);
    const elsewhere = written.filter(
      (key) => !/^environments\/lab\.yaml:\d+$/.test(keys.get(key)?.[1] ?? ""),
    );
    expect(elsewhere).toEqual([]);
    const fromFile = [...keys].filter(([, [, source]]) => source.startsWith(fileName)).map(([key]) => key);
    expect(fromFile.sort()).toEqual([...new Set(written)].sort());
  },
);

test("people read one line for each key, whatever stands in it", () => {
  const text = formatExplanation([
    { key: "mesh.mtls", value: "strict", source: "default" },
    { key: "a", value: "two\nlines\u001b[31m", source: "environments/lab.yaml:1" },
    { key: "b", value: ["a".repeat(100)], source: "default" },
    { key: "c", value: undefined, source: "not set" },
  ]);
  const lines = text.trimEnd().split("\n");
  expect(lines).toHaveLength(4);
  expect(lines[0]).toMatch(/^mesh\.mtls {2}strict +default$/);
  expect(lines[1]).toContain(String.raw`"two\nlines`);
  expect(text).not.toContain("\u001b");
  expect(lines[2]).toContain("… (102 characters)");
  expect(lines[3]).toMatch(/^c +- +not set$/);
});
