import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parseAllDocuments } from "yaml";
import { profile as profileKey, type Profile } from "../../features/profiles/keys";
import { presetOf } from "../../features/profiles/presets";
import { explainEnvironment } from "../../config/reading/explain-environment";
import { aws, azure, existing, messagesOf, parse } from "../support/environments/environment-files";
import { check, onto } from "../support/environments/rule-cases";

const profiles = profileKey.unwrap().options;

function environmentOf(text: string) {
  const parsed = parse(text);
  if ("problems" in parsed) throw new Error(messagesOf(text));
  return parsed.environment;
}

const withProfile = (profile: Profile, base = existing) => `${base}  profile: ${profile}\n`;

test("docs/profiles.md shows what the profiles preset", () => {
  const page = readFileSync(join(__PROJECT_ROOT__, "docs", "profiles.md"), "utf8");
  const [, block = ""] = /```yaml\n([\s\S]*?)```/.exec(page) ?? [];
  const shown = parseAllDocuments(block).map((document) => document.toJS() as object);
  const presets = profiles.map((profile) => presetOf({ mesh: { profile }, target: { kind: "existing" } }));
  expect(shown).toEqual(presets);
  expect(Object.keys(presets[0] ?? {})).not.toEqual([]);
});

describe.each(profiles)("profile %s", (profile) => {
  test.each([
    ["a cluster that exists", existing],
    ["EKS", aws],
    ["AKS", azure],
  ])("is a valid file alone on %s", (_, base) => {
    expect(messagesOf(withProfile(profile, base))).toBe("");
  });
});

test("istioctl's remote is refused with the reason, and other words as words", () => {
  const told = (word: string) => messagesOf(`${existing}  profile: ${word}\n`);
  expect(told("remote")).toContain(
    "for one that runs in another cluster, and an environment installs its own",
  );
  expect(told("remotes")).toContain("mesh.profile: ");
  expect(told("remotes")).not.toContain("another cluster");
  expect(told("minimal")).toBe("");
});

test("a file without a profile is as before, and one with it has what is preset", () => {
  expect(environmentOf(existing).gateways).toEqual([]);
  expect(environmentOf(existing).certManager.management).toBe("install");
  expect(environmentOf(withProfile("default")).gateways.map(({ name }) => name)).toEqual(["ingress"]);
  expect(environmentOf(withProfile("minimal")).certManager.management).toBe("none");
  expect(environmentOf(withProfile("demo")).mesh.size).toBe("small");
});

test("the exposure of the preset gateway is one that the target has", () => {
  const kindOn = (base: string) => environmentOf(withProfile("default", base)).gateways[0]?.exposure.kind;
  expect([aws, azure, existing].map(kindOn)).toEqual(["nlb", "azure-lb", "nodeport"]);
});

test("what is written wins key by key, and a list as a whole", () => {
  const text = `${withProfile("demo")}  size: production
  istiod: { resources: { requests: { cpu: 250m } } }
gateways: [{ name: edge, exposure: { kind: clusterip } }]
`;
  const { mesh, gateways } = environmentOf(text);
  expect(mesh.size).toBe("production");
  expect(mesh.accessLogs).toBe("text");
  expect(mesh.istiod.resources).toEqual({ requests: { cpu: "250m", memory: "100Mi" } });
  expect(gateways.map(({ name }) => name)).toEqual(["edge"]);
  expect(gateways[0]?.resources).toBeUndefined();
});

test("a file that fits no schema is judged by what it says itself", () => {
  const messages = messagesOf(`${withProfile("demo")}  istiod: none\n  proxyResources:\n`);
  expect(messages).toContain('mesh.istiod: a mapping with the keys replicas, resources, values, got "none"');
  expect(messages).toContain("mesh.proxyResources");
  expect(messages).toContain("got nothing");
  expect(messagesOf(withProfile("dmeo" as Profile))).toContain(
    "mesh.profile: minimal, default, demo or ambient",
  );
});

test("an explanation tells presets from what is written, sized and left alone", () => {
  const text = `${withProfile("demo")}  accessLogs: json\n`;
  const keys = explainEnvironment({
    fileName: "environments/lab.yaml",
    text,
    environment: environmentOf(text),
  });
  const sourceOf = new Map(keys.map(({ key, source }) => [key, source]));
  expect(sourceOf.get("mesh.accessLogs")).toBe("environments/lab.yaml:8");
  expect(sourceOf.get("mesh.size")).toBe("mesh.profile: demo");
  expect(sourceOf.get("mesh.istiod.replicas.min")).toBe("mesh.size: small");
  expect(sourceOf.get("gateways[0].exposure.kind")).toBe("mesh.profile: demo");
  expect(sourceOf.get("gateways[0].exposure.httpNodePort")).toBe("default");
});

describe("a profile", () => {
  check(
    onto(existing, {
      "is for a mesh that this environment installs": [
        "  profile: minimal\n  management: adopt",
        "mesh.profile: a profile says what is installed, and mesh.management is adopt",
        "  management: adopt",
      ],
    }),
  );
});
