import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { writeManifest } from "../synthesis/around-cdktf/manifest-file";
import { inTemporaryFolder } from "./support/stacks/synthesize-mesh";

/** What cdktf itself would write after a synthesis of these stacks, whose folders it has made. */
function synthesized(outdir: string, ...names: string[]) {
  const entries = names.map((name) => {
    mkdirSync(join(outdir, "stacks", name), { recursive: true });
    return [name, { name, workingDirectory: join("stacks", name), dependencies: [] }] as const;
  });
  return { version: "0.21.0", stacks: Object.fromEntries(entries) };
}

const pathOf = (outdir: string) => join(outdir, "manifest.json");
const namesIn = (outdir: string) =>
  Object.keys((JSON.parse(readFileSync(pathOf(outdir), "utf8")) as { stacks: object }).stacks);

describe("the manifest", () => {
  test("has the stacks of this synthesis and those of others whose folders are there", () => {
    inTemporaryFolder((outdir) => {
      writeManifest(outdir, synthesized(outdir, "b-mesh", "c-mesh"));
      rmSync(join(outdir, "stacks", "c-mesh"), { recursive: true });
      writeManifest(outdir, synthesized(outdir, "a-mesh"));
      expect(namesIn(outdir)).toEqual(["a-mesh", "b-mesh"]);
    });
  });

  test("says of a stack what the last synthesis said", () => {
    inTemporaryFolder((outdir) => {
      writeManifest(outdir, synthesized(outdir, "a-mesh"));
      const { version, stacks } = synthesized(outdir, "a-mesh");
      const changed = { ...stacks["a-mesh"], workingDirectory: "stacks/a-mesh", dependencies: ["a-cluster"] };
      writeManifest(outdir, { version, stacks: { "a-mesh": changed } });
      expect(readFileSync(pathOf(outdir), "utf8")).toContain('"a-cluster"');
    });
  });

  test("has what another synthesis wrote at the same time, and an older one then overwrote", () => {
    inTemporaryFolder((outdir) => {
      writeManifest(outdir, synthesized(outdir, "a-mesh"));
      const older = readFileSync(pathOf(outdir), "utf8");
      writeManifest(outdir, synthesized(outdir, "b-mesh"));
      writeFileSync(pathOf(outdir), older);
      writeManifest(outdir, synthesized(outdir, "c-mesh"));
      expect(namesIn(outdir)).toEqual(["a-mesh", "b-mesh", "c-mesh"]);
    });
  });

  test.each(["", '{ "version": "0.21.0", "stacks": { "a-me', "[]", "{}"])(
    "is whole again where a synthesis left %j",
    (left) => {
      inTemporaryFolder((outdir) => {
        writeManifest(outdir, synthesized(outdir, "a-mesh"));
        writeFileSync(pathOf(outdir), left);
        writeManifest(outdir, synthesized(outdir, "b-mesh"));
        expect(namesIn(outdir)).toEqual(["a-mesh", "b-mesh"]);
      });
    },
  );

  test("does not know a folder in which no synthesis ended", () => {
    inTemporaryFolder((outdir) => {
      mkdirSync(join(outdir, "stacks", "x-mesh"), { recursive: true });
      writeManifest(outdir, synthesized(outdir, "a-mesh"));
      expect(namesIn(outdir)).toEqual(["a-mesh"]);
    });
  });

  test("is put in place at once, and is left alone where nothing changes", () => {
    inTemporaryFolder((outdir) => {
      const inode = () => statSync(pathOf(outdir)).ino;
      writeManifest(outdir, synthesized(outdir, "a-mesh"));
      const first = inode();
      writeManifest(outdir, synthesized(outdir, "a-mesh"));
      expect(inode()).toBe(first);
      writeManifest(outdir, synthesized(outdir, "b-mesh"));
      expect(inode()).not.toBe(first);
      expect(readdirSync(outdir).sort()).toEqual(["manifest.json", "stacks"]);
    });
  });
});
