import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { partOf, parts } from "../../../rehearsal/programs/catalogue";
import { findProgram } from "../../../rehearsal/programs/find-program";
import { type ProgramName, variableOf } from "../../../rehearsal/programs/part";

const toolsFolder = join(__PROJECT_ROOT__, "rehearsal", "tools");

describe("finding a program", () => {
  let folder = "";

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "rehearsal-find-"));
  });

  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  function program(place: string, name: string, printed: string): string {
    mkdirSync(join(folder, place), { recursive: true });
    const path = join(folder, place, name);
    writeFileSync(path, `#!/bin/sh\necho '${printed}'\n`);
    chmodSync(path, 0o755);
    return path;
  }

  const find = (environment: NodeJS.ProcessEnv, name: ProgramName = "etcd") =>
    findProgram(name, { environment: { ...environment }, cache: join(folder, "cache"), toolsFolder });

  it("takes the one that its variable names before all others", async () => {
    const named = program("own", "my-etcd", "anything");
    const path = `${join(folder, "bin")}:/bin:/usr/bin`;
    program("bin", "etcd", "etcd Version: 3.6.1");
    expect(await find({ [variableOf("etcd")]: named, PATH: path })).toEqual({
      path: named,
      source: "variable",
    });
  });

  it("refuses a variable that names nothing that runs", async () => {
    await expect(find({ REHEARSAL_ETCD: join(folder, "absent") })).rejects.toThrow(
      /REHEARSAL_ETCD names .*absent/,
    );
  });

  it("looks on the PATH for what a variable names without a folder", async () => {
    const tofu = program("bin", "tofu", "OpenTofu v1.11.0");
    const environment = { REHEARSAL_TERRAFORM: "tofu", PATH: `${join(folder, "bin")}:/bin` };
    expect(await find(environment, "terraform")).toEqual({
      path: tofu,
      source: "variable",
      version: "1.11.0",
    });
    await expect(find({ ...environment, PATH: "" }, "terraform")).rejects.toThrow(
      "REHEARSAL_TERRAFORM names tofu, which is no program that can be run",
    );
  });

  it("takes one from KUBEBUILDER_ASSETS before the PATH", async () => {
    const asset = program("assets", "etcd", "etcd Version: 3.6.4");
    program("bin", "etcd", "etcd Version: 3.6.1");
    const environment = {
      KUBEBUILDER_ASSETS: join(folder, "assets"),
      PATH: `${join(folder, "bin")}:/bin:/usr/bin`,
    };
    expect(await find(environment)).toEqual({ path: asset, source: "path", version: "3.6.4" });
  });

  it("passes over a version that does not fit", async () => {
    program("old", "etcd", "etcd Version: 3.4.30");
    const fitting = program("new", "etcd", "etcd Version: 3.5.21");
    const folders = [join(folder, "old"), join(folder, "new"), "/bin", "/usr/bin"];
    expect((await find({ PATH: folders.join(":") }))?.path).toBe(fitting);
    expect(await find({ PATH: [join(folder, "old"), "/bin", "/usr/bin"].join(":") })).toBeUndefined();
  });
});

describe("a Terraform on the PATH", () => {
  const probe = partOf("terraform").programs[0]?.probe;

  it.each(["Terraform v1.11.0\non linux_amd64", "Warning: no such file\nTerraform v1.14.2"])(
    "fits from version 1.11: %j",
    (printed) => {
      expect(printed).toMatch(probe?.accepts ?? "no probe");
    },
  );

  it.each(["Terraform v1.10.5\non linux_amd64", "Terraform v1.5.7", "OpenTofu v1.11.4\non linux_amd64"])(
    "is passed over where it is older or OpenTofu: %j",
    (printed) => {
      expect(printed).not.toMatch(probe?.accepts ?? "no probe");
    },
  );
});

describe("the catalogue", () => {
  it("has a variable of its own for each program", () => {
    const names = parts.flatMap(({ programs }) => programs.map(({ name }) => variableOf(name)));
    expect(new Set(names).size).toBe(names.length);
    expect(names).toContain("REHEARSAL_KUBE_APISERVER");
  });
});
