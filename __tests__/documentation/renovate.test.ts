import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parts } from "../../rehearsal/programs/catalogue";

const read = (path: string) => readFileSync(join(__PROJECT_ROOT__, path), "utf8");

interface CustomManager {
  readonly matchStrings: readonly string[];
  readonly managerFilePatterns: readonly string[];
  readonly depNameTemplate?: string;
}

const { customManagers } = JSON.parse(read("renovate.json")) as { customManagers: readonly CustomManager[] };

/** What Renovate finds in a file: the name of a dependency and its version. */
function found(path: string, text = read(path)): readonly string[] {
  return customManagers.flatMap(({ matchStrings, managerFilePatterns, depNameTemplate }) => {
    const files = managerFilePatterns.map((pattern) => new RegExp(pattern.replace(/^\/|\/$/g, "")));
    if (!files.some((file) => file.test(path))) return [];
    return matchStrings.flatMap((pattern) =>
      [...text.matchAll(new RegExp(pattern, "g"))].map(
        ({ groups }) => `${groups?.["depName"] ?? depNameTemplate ?? ""} ${groups?.["currentValue"] ?? ""}`,
      ),
    );
  });
}

describe("Renovate finds", () => {
  const environments = readdirSync(join(__PROJECT_ROOT__, "environments")).filter((name) =>
    name.endsWith(".yaml"),
  );
  test.each(environments)("Istio and cert-manager in environments/%s, each once", (name) => {
    const names = found(`environments/${name}`).map((each) => each.split(" ")[0]);
    expect(names).toEqual(["istio/istio", "cert-manager/cert-manager"]);
  });

  test.each([
    ["composition/components/load-balancer-controller.ts", /^aws-load-balancer-controller \d/],
    ["composition/components/metallb.ts", /^metallb \d/],
    ["composition/components/cluster-autoscaler.ts", /^cluster-autoscaler \d/],
    ["features/health/contribution.ts", /^ghcr.io\/stefanprodan\/podinfo \d/],
    [".ci/cdktn", /^cdktn \d/],
    ["README.md", /^cdktn-cli \d/],
  ])("the version in %s", (path, expected) => {
    expect(found(path)).toEqual([expect.stringMatching(expected) as string]);
  });

  test("the Python programs of CI, and every version of the rehearsal's programs that is not held back", () => {
    expect(found(".ci/run").map((each) => each.split(" ")[0])).toEqual(["checkov", "moto"]);
    const declared = read("rehearsal/programs/catalogue.ts").match(/^(export )?const \w+Version = "/gm) ?? [];
    // cert-manager's programs, and a name that is no version.
    expect(found("rehearsal/programs/catalogue.ts")).toHaveLength(declared.length - 2);
  });

  test("every version that a comment names, and nothing in other files", () => {
    const comment = (text: string) => text.match(/renovate: datasource/g)?.length ?? 0;
    for (const path of [
      "rehearsal/programs/catalogue.ts",
      ".ci/run",
      ".ci/cdktn",
      "composition/components/metallb.ts",
    ]) {
      expect(found(path), path).toHaveLength(comment(read(path)));
    }
    const misplaced = '// renovate: datasource=npm depName=a\n\nconst version = "1.2.3";\n';
    expect(comment(misplaced)).toBe(1);
    expect(found("features/a/b.ts", misplaced)).toEqual([]);
    expect(found("docs/local.md", "istioVersion: 1.31.4")).toEqual([]);
  });
});

// The sums of a module stand in its go.mod; the catalogue's version decides the cache.
test.each(parts.filter(({ kind, version }) => kind === "go" && /^\d+\.\d+\.\d+$/.test(version)))(
  "$name is pinned to the same version in its go.mod as in the catalogue",
  ({ folder, version }) => {
    // Kubernetes' libraries count from 0 where Kubernetes counts from 1.
    const versions = [` v${version}`, ` v${version.replace(/^1\./, "0.")}`];
    const pins = read(`rehearsal/tools/${folder}/go.mod`);
    expect(versions.filter((each) => pins.includes(each))).not.toEqual([]);
  },
);
