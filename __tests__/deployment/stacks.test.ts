import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { orderedStacks } from "../../deployment/stacks";

const output = mkdtempSync(join(tmpdir(), "istio-cdktf-stacks-"));
afterAll(() => rmSync(output, { recursive: true, force: true }));

function withManifest(stacks: Readonly<Record<string, readonly string[]>>): void {
  const entries = Object.entries(stacks).map(([name, dependencies]) => [
    name,
    { name, workingDirectory: `stacks/${name}`, dependencies },
  ]);
  writeFileSync(join(output, "manifest.json"), JSON.stringify({ stacks: Object.fromEntries(entries) }));
}
const names = (...environments: string[]) => orderedStacks(output, environments).map(({ name }) => name);

describe("the stacks of environments", () => {
  test("come each after those that they stand on", () => {
    withManifest({ "prod-mesh": ["prod-cluster"], "prod-cluster": [], "lab-mesh": [] });
    expect(names("prod")).toEqual(["prod-cluster", "prod-mesh"]);
    expect(names("lab", "prod")).toEqual(["lab-mesh", "prod-cluster", "prod-mesh"]);
  });

  test("of a mesh over several clusters are those of all its members, and the link after them", () => {
    withManifest({
      "east-mesh": [],
      "west-mesh": ["west-cluster"],
      "west-cluster": [],
      "both-link": ["west-mesh", "east-mesh"],
    });
    expect(names("both")).toEqual(["west-cluster", "west-mesh", "east-mesh", "both-link"]);
    expect(names("east")).toEqual(["east-mesh"]);
  });

  test("are not those of an environment whose name begins alike", () => {
    withManifest({ "prod-mesh": [], "prod-eu-mesh": [] });
    expect(names("prod")).toEqual(["prod-mesh"]);
  });

  test("hold no cluster that the environment once made, whose folder is still there", () => {
    withManifest({ "prod-mesh": [], "prod-cluster": [] });
    expect(names("prod")).toEqual(["prod-mesh"]);
  });

  test("lie in the folder that cdktf's manifest names", () => {
    withManifest({ "lab-mesh": [] });
    expect(orderedStacks(output, ["lab"])[0]?.folder).toBe(join(output, "stacks", "lab-mesh"));
  });
});
