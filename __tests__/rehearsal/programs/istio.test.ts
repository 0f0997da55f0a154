import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

import { compatibility } from "../../../config/compatibility/compatibility";
import { parts } from "../../../rehearsal/programs/catalogue";
import { istiosFor, newestIstio, olderIstios } from "../../../rehearsal/programs/istio";
import { variableOf } from "../../../rehearsal/programs/part";

describe("the Istio of an environment", () => {
  const minorsFor = (...releases: string[]) => istiosFor(releases).modules.map(({ minor }) => minor);

  it("is of the minor version that the file names, and older ones are made only then", () => {
    expect(minorsFor("1.31.4")).toEqual(["1.31"]);
    expect(minorsFor("1.30.8")).toEqual(["1.30"]);
    expect(minorsFor("1.30.8", "1.31.4", "1.31.1")).toEqual(["1.30", "1.31"]);
    expect(parts.filter(({ name }) => name.startsWith("Istio 1.")).map(({ optional }) => optional)).toEqual(
      olderIstios.map(() => true),
    );
    expect(parts.find(({ name }) => name === newestIstio.part)?.optional).toBeUndefined();
  });

  it("is the newest where no module is kept of its minor version, and that is told", () => {
    expect(istiosFor(["1.29.6"])).toEqual({ modules: [newestIstio], replaced: ["1.29.6"] });
    expect(istiosFor(["1.30.8"]).replaced).toEqual([]);
  });

  it("is one of the matrix, so that its environment passes", () => {
    const known = compatibility.istio.releases.map(({ minor }) => minor);
    for (const { minor } of [newestIstio, ...olderIstios]) expect(known).toContain(minor);
  });

  it("is built at the commit that its pins name", () => {
    for (const { folder, commit } of [newestIstio, ...olderIstios]) {
      const pins = readFileSync(join(__PROJECT_ROOT__, "rehearsal", "tools", folder, "go.mod"), "utf8");
      expect(/istio\.io\/istio v0\.0\.0-\d+-([0-9a-f]{12})/.exec(pins)?.[1]).toBe(commit);
    }
  });

  it("has variables that a shell can set", () => {
    const names = parts.flatMap(({ programs }) => programs.map(({ name }) => variableOf(name)));
    expect(names).toContain("REHEARSAL_PILOT_AGENT_1_30");
    for (const name of names) expect(name).toMatch(/^[A-Z][A-Z0-9_]*$/);
  });
});
