import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { allFeatures } from "../../features/all-features";

/** Paths that a page names in backticks, but for those that the tree does not have. */
function pathsIn(markdown: string): { found: string[]; missing: string[] } {
  const named = [...markdown.matchAll(/`([\w.-]+(?:\/[\w.-]+)*\/?)`/g)].flatMap(([, path = ""]) =>
    path.includes("/") ? [path] : [],
  );
  const isThere = (path: string) => existsSync(join(__PROJECT_ROOT__, path));
  return { found: named.filter(isThere), missing: named.filter((path) => !isThere(path)) };
}

describe("the page on adding to the project", () => {
  const page = readFileSync(join(__PROJECT_ROOT__, "docs", "extending.md"), "utf8");

  test("names files that are there", () => {
    const { found, missing } = pathsIn(page);
    expect(missing).toEqual([]);
    expect(found.length).toBeGreaterThan(20);
  });

  test("walks along a feature that is in the list", () => {
    expect(allFeatures.map(({ name }) => name)).toContain("network-policies");
    expect(page).toContain("features/network-policies/contribution.ts");
  });

  test("would be found out when a file moved", () => {
    expect(pathsIn("see `features/moved/keys.ts` and `features/cni/keys.ts`")).toEqual({
      found: ["features/cni/keys.ts"],
      missing: ["features/moved/keys.ts"],
    });
  });
});
