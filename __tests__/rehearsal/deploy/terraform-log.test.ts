import { describe, expect, it } from "vitest";

import { readTerraformLog, terraformEnvironment } from "../../../rehearsal/deploy/terraform";

describe("Terraform's log", () => {
  it("gives errors with the resource that they are about", () => {
    const line = {
      "@level": "error",
      type: "diagnostic",
      diagnostic: {
        severity: "error",
        summary: "installation failed",
        detail: "timed out",
        address: "helm_release.a",
      },
    };
    const warning = { type: "diagnostic", diagnostic: { severity: "warning", summary: "deprecated" } };
    const log = [line, warning].map((entry) => JSON.stringify(entry)).join("\n");
    const read = readTerraformLog(1, log);
    expect(read.errors).toEqual(["helm_release.a: installation failed: timed out"]);
    expect(read.failed).toEqual(["helm_release.a"]);
  });

  it("gives the seconds per resource and the number of changes, past lines that are no JSON", () => {
    const log = [
      "panic: something of a provider",
      JSON.stringify({
        type: "apply_complete",
        hook: { resource: { addr: "helm_release.a" }, elapsed_seconds: 7 },
      }),
      JSON.stringify({ type: "change_summary", changes: { add: 1, change: 0, remove: 0 } }),
    ].join("\n");
    const run = readTerraformLog(0, log);
    expect(run.resources).toEqual([{ address: "helm_release.a", seconds: 7 }]);
    expect(run.changes.add).toBe(1);
  });
});

describe("Terraform's environment", () => {
  it("leaves out what was set for other work, and keeps the rest", () => {
    const environment = terraformEnvironment({
      PATH: "/bin",
      KUBECONFIG: "/prod",
      TF_WORKSPACE: "prod",
      TF_CLI_ARGS: "-x",
    });
    expect(Object.keys(environment).sort()).toEqual(["CHECKPOINT_DISABLE", "PATH", "TF_IN_AUTOMATION"]);
  });

  it("leaves out a configuration file that does not exist", () => {
    expect(terraformEnvironment({ TF_CLI_CONFIG_FILE: "/absent" })).not.toHaveProperty("TF_CLI_CONFIG_FILE");
    expect(terraformEnvironment({ TF_CLI_CONFIG_FILE: "/dev/null" })).toHaveProperty("TF_CLI_CONFIG_FILE");
  });
});
