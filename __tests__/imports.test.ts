import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { describe, expect, test } from "vitest";

const folders = [
  "contract",
  "config",
  "composition",
  "features",
  "exposures",
  "modules",
  "stacks",
  "smoke",
  "rehearsal",
];

type Imports = ReadonlyMap<string, readonly string[]>;

function readImports(): Imports {
  const files = folders.flatMap((folder) =>
    readdirSync(join(__PROJECT_ROOT__, folder), { recursive: true, encoding: "utf8" })
      .filter((path) => path.endsWith(".ts"))
      .map((path) => join(folder, path)),
  );
  return new Map(files.map((file) => [file, importsOf(file)]));
}

function importsOf(file: string): string[] {
  const text = readFileSync(join(__PROJECT_ROOT__, file), "utf8");
  return [...text.matchAll(/from "(\.[^"]+)"/g)].flatMap(([, path = ""]) => {
    const target = `${relative(__PROJECT_ROOT__, join(__PROJECT_ROOT__, dirname(file), path))}.ts`;
    return existsSync(join(__PROJECT_ROOT__, target)) ? [target] : [];
  });
}

/** A way from a file back to itself, or undefined. */
function cycleIn(imports: Imports): readonly string[] | undefined {
  const finished = new Set<string>();
  const walk = (file: string, way: readonly string[]): readonly string[] | undefined => {
    if (way.includes(file)) return [...way.slice(way.indexOf(file)), file];
    if (finished.has(file)) return undefined;
    for (const next of imports.get(file) ?? []) {
      const cycle = walk(next, [...way, file]);
      if (cycle !== undefined) return cycle;
    }
    finished.add(file);
    return undefined;
  };
  for (const file of imports.keys()) {
    const cycle = walk(file, []);
    if (cycle !== undefined) return cycle;
  }
  return undefined;
}

describe("imports", () => {
  test("run one way: no file leads back to itself", () => {
    const imports = readImports();
    expect(imports.get("features/all-features.ts")).toContain("features/cni/contribution.ts");
    expect(cycleIn(imports)).toBeUndefined();
  });

  test("a way back would be seen", () => {
    const imports = new Map([
      ["a.ts", ["b.ts"]],
      ["b.ts", ["c.ts"]],
      ["c.ts", ["b.ts"]],
    ]);
    expect(cycleIn(imports)).toEqual(["b.ts", "c.ts", "b.ts"]);
  });

  test("of what is pure reach nothing that reads files or asks the network", () => {
    const io =
      /from "(?:node:(?:fs|net|http|https|child_process|dns|tls)[^"]*|undici|@kubernetes[^"]*|cdktf[^"]*)"/;
    const reaches = [...readImports().keys()]
      .filter((file) => /^(contract|config|composition|features)\//.test(file))
      .filter((file) => io.test(readFileSync(join(__PROJECT_ROOT__, file), "utf8")));
    expect(reaches).toEqual(["config/schema/write-schema.ts"]);
  });
});
