import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parseMesh } from "../../config/meshes/parse-mesh";
import { meshSchemaFileName, meshSchemaText } from "../../config/schema/json-schema";
import { readEnvironments } from "../../synthesis/read-environments";
import { aws, existing } from "../support/environments/environment-files";
import { east, meshOf, saidOf, shops, west } from "../support/multi-cluster/two-members";
import { inTemporaryFolder } from "../support/stacks/synthesize-mesh";

const directory = join(__PROJECT_ROOT__, "meshes");

describe("the meshes that are shipped", () => {
  test.each(readdirSync(directory).filter((file) => file.endsWith(".yaml")))(
    "%s is valid, and editors find its schema",
    (file) => {
      const text = readFileSync(join(directory, file), "utf8");
      expect(parseMesh(`meshes/${file}`, text)).toHaveProperty("mesh");
      expect(text.split("\n")[0]).toBe("# yaml-language-server: $schema=mesh.schema.json");
    },
  );

  test("have the schema that validates (npm run schema writes it)", () => {
    expect(readFileSync(join(__PROJECT_ROOT__, meshSchemaFileName), "utf8")).toBe(meshSchemaText());
  });
});

const sameNetwork = shops.replace("network: east", "network: west");
const withRanges = (one: string, other: string) =>
  sameNetwork
    .replace("environment: west,", `environment: west, podCidr: ${one},`)
    .replace("environment: east,", `environment: east, podCidr: ${other},`);

describe("a mesh file", () => {
  test("is right as it stands", () => {
    expect(saidOf(shops)).toBe("");
  });

  test("tells an unknown key and a wrong value with their lines, all at once", () => {
    expect(saidOf(`${shops}membres: []\ntokens: { days: never }\n`).split("\n")).toEqual([
      'meshes/shops.yaml:6:1 membres: a mesh file takes model, trustDomain, root, members, tokens or backend, got the unknown key "membres"; did you mean members?',
      expect.stringMatching(
        /^meshes\/shops\.yaml:7:11 tokens\.days: a whole number from 1 to 3650, got "never"/,
      ),
    ]);
  });

  test.each([
    [
      "primary-remote",
      shops.replace("multi-primary", "primary-remote"),
      {},
      /^meshes\/shops\.yaml:1:1 model: multi-primary: .*EKS.*; write multi-primary$/,
    ],
    [
      "a member that no file describes",
      shops.replace("environment: east", "environment: eats"),
      {},
      /:5:.* members\[1\]\.environment: an environment that has a file .*"eats"; did you mean east\?/,
    ],
    [
      "one member twice",
      shops.replace("environment: east", "environment: west"),
      {},
      /members\[1\]\.environment: each environment once, got "west"; remove it/,
    ],
    [
      "one member only",
      shops.replace(/ {2}- \{ environment: east.*\n/, ""),
      {},
      /members: two members or more.*; add another, or remove the mesh file/,
    ],
    [
      "a member with istiod's own CA",
      shops,
      { east: east.replace("  ca: { kind: cacerts, issuer: root }\n", "") },
      /members\[1\]\.environment: cacerts: .*got mesh\.ca\.kind: istio; set mesh\.ca to .* in environments\/east\.yaml/,
    ],
    [
      "a member in ambient mode",
      shops,
      { east: east.replace("  ca:", "  mode: ambient\n  ca:") },
      /members\[1\]\.environment: sidecars: .*got mesh\.mode: ambient; set mesh\.mode to sidecar/,
    ],
    [
      "a member with NetworkPolicies, which close the gateway's port",
      shops,
      { east: east.replace("  ca:", "  networkPolicies: true\n  ca:") },
      /members\[1\]\.environment: none: .*15443.*; set mesh\.networkPolicies to false/,
    ],
    [
      "a member whose Istio is adopted",
      shops,
      { east: east.replace("  ca: { kind: cacerts, issuer: root }", "  management: adopt") },
      /members\[1\]\.environment: a mesh that this project installs.*got mesh\.management: adopt/,
    ],
    [
      "another trust domain in a member",
      shops,
      { east: east.replace("  ca:", "  trustDomain: other.test\n  ca:") },
      /one trust domain for all members, cluster\.local, got mesh\.trustDomain: other\.test/,
    ],
    [
      "an Istio that is two minor versions older",
      shops,
      { east: east.replace("1.31.4", "1.29.6") },
      /minor versions at most one apart, and another member runs 1\.31, got Istio 1\.29\.6; upgrade it first: npm run upgrade -- east/,
    ],
    [
      "two clusters of one name",
      shops,
      {
        west: west.replace("  kind: existing\n", "  kind: existing\n  clusterName: lab\n"),
        east: east.replace("  kind: existing\n", "  kind: existing\n  clusterName: lab\n"),
      },
      /a name that no other member's cluster has, and west has it, got "lab"; set another target\.clusterName/,
    ],
    [
      "a cluster whose name is no key of a Secret",
      shops,
      { east: east.replace("  kind: existing\n", "  kind: existing\n  clusterName: a/b\n") },
      /a cluster's name of letters, digits, dots, dashes and underscores, got "a\/b"/,
    ],
    [
      "an API server that only a kubeconfig of this machine knows",
      shops.replace(', apiServer: "https://east.test:6443"', ""),
      {},
      /members\[1\]\.environment: an address that the other members' istiod reaches.*; add apiServer/,
    ],
    [
      "a network that is shared without the pods' ranges",
      sameNetwork,
      {},
      /members\[0\]\.network: podCidr beside a network that is shared with east/,
    ],
    [
      "pods with the same addresses on one network",
      withRanges("10.1.0.0/16", "10.1.128.0/17"),
      {},
      /members\[1\]\.network: ranges apart on network west, and pods of west are in 10\.1\.0\.0\/16, got pods in 10\.1\.128\.0\/17/,
    ],
    [
      "a root at somebody who is no member",
      shops.replace("member: west", "member: north"),
      {},
      /root\.member: a member: west or east, got "north"/,
    ],
    [
      "a root that its member has no issuer for",
      shops.replace("issuer: root }", "issuer: rot }"),
      {},
      /root\.issuer: an issuer of environments\/west\.yaml that signs CAs: root, got "rot"; write root/,
    ],
    [
      "a member that signs below a root of its own",
      shops,
      {
        east: east.replace(
          "{ kind: ca, name: root, secretName: mesh-root }",
          "{ kind: self-signed-ca, name: root }",
        ),
      },
      /members\[1\]\.environment: mesh\.ca\.issuer is one of kind ca.*got an issuer of kind self-signed-ca; add \{ kind: ca/,
    ],
  ] as const)("refuses %s", (_, text, changed, message) => {
    expect(saidOf(text, { west, east, ...changed })).toMatch(message);
    expect(saidOf(shops)).toBe("");
  });

  test("takes ranges that are apart on one network", () => {
    expect(saidOf(withRanges("10.1.0.0/16", "10.2.0.0/16"))).toBe("");
  });

  test("does not name a member of another mesh", () => {
    const others = [meshOf(shops, "other")];
    expect(saidOf(shops, { west, east }, others)).toContain(
      'a cluster is in one mesh, and meshes/other.yaml names it, got "west"; remove it from one of the two',
    );
  });

  test("has no environment's name", () => {
    expect(saidOf(shops, { west, east, shops: west })).toContain("rename the mesh file");
  });

  test("warns of tokens that EKS would shorten", () => {
    const onEks = `${aws}${west.slice(west.indexOf("  ca:"))}`;
    expect(saidOf(shops, { west: onEks, east })).toMatch(
      /tokens.*EKS, where west is, gives tokens of one day/,
    );
    expect(saidOf(`${shops}tokens: { days: 1 }\n`, { west: onEks, east })).toBe("");
  });
});

describe("a root that is given", () => {
  const pem = readFileSync(join(__PROJECT_ROOT__, "__tests__/support/multi-cluster/root.pem"), "utf8");
  const given = shops.replace(
    /root: .*\n/,
    `root:\n  kind: given\n  certificates:\n    - |\n${pem.replace(/^/gm, "      ").trimEnd()}\n`,
  );

  test("is what every member trusts that pins no roots", () => {
    expect(saidOf(given)).toBe("");
  });
});

describe("the name of a mesh", () => {
  const read = (...names: string[]) =>
    inTemporaryFolder((projectRoot) => {
      mkdirSync(join(projectRoot, "environments"));
      mkdirSync(join(projectRoot, "meshes"));
      for (const [name, text] of Object.entries({ west, east, lab: existing })) {
        writeFileSync(join(projectRoot, "environments", `${name}.yaml`), text);
      }
      writeFileSync(join(projectRoot, "meshes", "shops.yaml"), shops);
      const { environments, meshes, problems } = readEnvironments({
        projectRoot,
        selection: { names, variable: undefined },
      });
      expect(problems).toEqual([]);
      return {
        members: environments.map(({ name, membership }) => [name, membership?.mesh]),
        linked: meshes.map(({ mesh }) => mesh.name),
      };
    });

  test("stands for its members, which are linked", () => {
    expect(read("shops")).toEqual({
      members: [
        ["east", "shops"],
        ["west", "shops"],
      ],
      linked: ["shops"],
    });
  });

  test("is known to a member that is selected alone, whose link is not written then", () => {
    expect(read("west")).toEqual({ members: [["west", "shops"]], linked: [] });
  });

  test("is none of an environment that no mesh names", () => {
    expect(read("lab")).toEqual({ members: [["lab", undefined]], linked: [] });
  });
});
