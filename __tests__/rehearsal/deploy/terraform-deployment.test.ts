import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { TerraformDeployment } from "../../../rehearsal/deploy/terraform-deployment";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "istio-cdktf-deployment-"));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** What a destroy of two resources says, the look-up before it included. */
const destroyed = [
  { type: "apply_complete", hook: { resource: { addr: "data.kubernetes_nodes.all" }, elapsed_seconds: 0 } },
  { type: "change_summary", changes: { add: 0, change: 0, remove: 2 } },
].map((line) => JSON.stringify(line));

/** A deployment whose Terraform notes its arguments, and finds as many changes as its plan's exit status says. */
function deployment(options: { exclusive?: boolean; planStatus?: number } = {}) {
  const { planStatus = 0, ...rest } = options;
  const terraform = join(folder, "terraform");
  const script = [
    "#!/bin/sh",
    `echo "$@" >> '${folder}/calls'`,
    `[ "$1" != plan ] || exit ${planStatus.toString()}`,
    ...destroyed.map((line) => `echo '${line}'`),
  ].join("\n");
  writeFileSync(terraform, script, { mode: 0o755 });
  const environment = { PATH: process.env["PATH"] };
  return new TerraformDeployment({ terraform, stackFolder: folder, logs: folder, environment, ...rest });
}

const calls = () => readFileSync(join(folder, "calls"), "utf8").trim().split("\n");
const plainDestroy = "destroy -auto-approve -json -input=false";

describe("a destroy", () => {
  test("counts what it removed, not what it looked up", async () => {
    expect((await deployment().destroy()).detail).toBe("2 resources");
  });

  test("looks at the target first", async () => {
    await deployment({ exclusive: true }).destroy();
    expect(calls()).toEqual([plainDestroy]);
  });

  test("relies on a plan without changes where nobody else can change the target", async () => {
    const target = deployment({ exclusive: true });
    await target.planAgain();
    await target.destroy();
    expect(calls().at(-1)).toBe("destroy -auto-approve -refresh=false -json -input=false");
  });

  test("does not rely on it where somebody else can", async () => {
    const target = deployment();
    await target.planAgain();
    await target.destroy();
    expect(calls().at(-1)).toBe(plainDestroy);
  });

  test("does not rely on a plan with changes", async () => {
    const target = deployment({ exclusive: true, planStatus: 2 });
    await expect(target.planAgain()).rejects.toThrow("a second plan wants changes");
    await target.destroy();
    expect(calls().at(-1)).toBe(plainDestroy);
  });
});
