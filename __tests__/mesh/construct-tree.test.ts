import { cpSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readChartFiles } from "../../synthesis/chart-files";
import { inTemporaryFolder, synthesizeMesh, synthesizeMeshTo } from "../support/stacks/synthesize-mesh";

const local = readFileSync(join(__PROJECT_ROOT__, "environments", "local.yaml"), "utf8");

describe("local-mesh", () => {
  test("keeps the addresses of its resources: another address destroys and makes anew", () => {
    const { resource, data } = synthesizeMesh(local, { name: "local" }).json;
    const addresses = [
      ["", resource],
      ["data.", data ?? {}],
    ] as const;
    const found = addresses.flatMap(([prefix, blocks]) =>
      Object.entries(blocks).flatMap(([type, named]) =>
        Object.keys(named).map((name) => `${prefix}${type}.${name}`),
      ),
    );
    expect(found.sort()).toMatchSnapshot();
  });

  test("has the same bytes from two checkouts in different folders, written to different folders", () => {
    const written = (checkout: string, outdir: string) =>
      inTemporaryFolder((folder) => {
        cpSync(join(__PROJECT_ROOT__, "charts"), join(folder, checkout, "charts"), { recursive: true });
        const chartFiles = readChartFiles(join(folder, checkout));
        return contents(synthesizeMeshTo(join(folder, outdir), local, { name: "local", chartFiles }));
      });
    const one = written("a/project", "out");
    expect(written("b/deeper/clone", "elsewhere")).toEqual(one);
    expect(Object.keys(one)).toContain("cdk.tf.json");
    expect(Object.keys(one).some((path) => path.endsWith("templates/manifests.yaml"))).toBe(true);
  });

  test("says nothing of the machine that wrote it", () => {
    inTemporaryFolder((folder) => {
      const written = contents(synthesizeMeshTo(folder, local, { name: "local" }));
      const names = (text: string) => [folder, __PROJECT_ROOT__].filter((path) => text.includes(path));
      expect(Object.values(written).flatMap(names)).toEqual([]);
      expect(names(`at ${folder}/x.ts`)).toEqual([folder]);
    });
  });
});

/** Every file in a folder, by its path there. */
function contents(folder: string): Record<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  return Object.fromEntries(
    files
      .map(({ parentPath, name }) => join(parentPath, name))
      .map((path) => [path.slice(folder.length + 1), readFileSync(path, "utf8")] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}
