import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { existing } from "../support/environments/environment-files";
import { maximalEnvironment } from "../support/environments/maximal-environment";
import { inTemporaryFolder, synthesizeMeshTo } from "../support/stacks/synthesize-mesh";
import { isInstalled, runTerraform } from "../support/terraform/terraform-program";

const timeoutMilliseconds = 120_000;
const shipped = (name: string) =>
  readFileSync(join(__PROJECT_ROOT__, "environments", `${name}.yaml`), "utf8");

const environments = {
  local: shipped("local"),
  "kvm-lab": shipped("kvm-lab"),
  minimal: existing,
  maximal: maximalEnvironment,
  checked: shipped("local").concat("health: { check: true }\n"),
};

/** What `init` says where a provider is neither in a mirror nor to be had from the registry. */
const withoutProviders = /Failed to query available provider packages|Failed to install provider/;

/** Why a stack cannot be validated here, or what is wrong with it by the schemas of its providers. */
type Validated = { readonly skip: string } | { readonly summaries: readonly string[] };

function validate(program: "terraform" | "tofu", directory: string): Validated {
  if (!isInstalled(program)) return { skip: `${program} is not on the PATH` };
  const init = runTerraform(program, directory, ["init", "-backend=false", "-input=false", "-no-color"]);
  if (withoutProviders.test(init.stderr)) {
    return { skip: `${program} finds no ${/hashicorp\/[a-z]+/.exec(init.stderr)?.[0] ?? "provider"}` };
  }
  if (init.status !== 0) throw new Error(init.stderr);
  const { stdout } = runTerraform(program, directory, ["validate", "-json"]);
  const { diagnostics } = JSON.parse(stdout) as { diagnostics: { summary: string; detail: string }[] };
  return { summaries: diagnostics.map(({ summary, detail }) => `${summary}: ${detail}`) };
}

describe.each(["terraform", "tofu"] as const)("%s, with the providers' own schemas,", (program) => {
  test.for(Object.entries(environments))(
    "accepts the mesh stack of %s",
    { timeout: timeoutMilliseconds },
    ([name, text], { skip }) => {
      const result = inTemporaryFolder((project) => {
        writeFileSync(join(project, "ca.pem"), "");
        return validate(program, synthesizeMeshTo(join(project, "cdktf.out"), text, { name }));
      });
      if ("skip" in result) return skip(result.skip);
      expect(result.summaries).toEqual([]);
    },
  );

  test(
    "would see an argument that a provider does not know",
    { timeout: timeoutMilliseconds },
    ({ skip }) => {
      const result = inTemporaryFolder((outdir) => {
        const directory = synthesizeMeshTo(outdir, existing);
        const path = join(directory, "cdk.tf.json");
        writeFileSync(path, readFileSync(path, "utf8").replace('"wait_for_jobs"', '"wait_for_job"'));
        return validate(program, directory);
      });
      if ("skip" in result) return skip(result.skip);
      expect(result.summaries.join("\n")).toContain('"wait_for_job"');
    },
  );
});
