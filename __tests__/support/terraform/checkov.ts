import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { withoutComments } from "../stacks/terraform-json";

const checkov = process.env["CHECKOV"] ?? "checkov";

/** Whether checkov can be run; says what to do where it cannot. */
export const checkovIsThere = spawnSync(checkov, ["--version"]).status === 0;
if (!checkovIsThere) {
  console.warn("skipped: checkov is not there (pip install checkov, or name it in CHECKOV)");
}

/** Checks that a comment in a folder of `modules/` sets aside, with the reason: `checkov:skip=<id>: <reason>`. */
export function exceptionsIn(...folders: readonly string[]): Map<string, string> {
  const directories = folders.map((folder) => join(__PROJECT_ROOT__, folder));
  const lines = directories.flatMap((directory) =>
    readdirSync(directory).flatMap((file) => readFileSync(join(directory, file), "utf8").split("\n")),
  );
  return new Map(
    lines.flatMap((line) => {
      const match = /checkov:skip=(\w+): (.+)$/.exec(line);
      return match?.[1] === undefined ? [] : [[match[1], match[2] ?? ""] as const];
    }),
  );
}

/** What checkov says of a stack. */
export interface CheckovReport {
  readonly summary: { readonly passed: number };
  readonly results: { readonly failed_checks: readonly { readonly check_id: string }[] };
}

/** Runs checkov on a synthesized stack. */
export function reportOn(stack: Parameters<typeof withoutComments>[0]): CheckovReport {
  const directory = mkdtempSync(join(tmpdir(), "istio-cdktf-checkov-"));
  try {
    // checkov ends with a fault of its own where a version of Terraform is required.
    const text = withoutComments(stack).replace(/"required_version": "[^"]*",?\s*/, "");
    writeFileSync(join(directory, "cdk.tf.json"), text.replace(/,(\s*})/g, "$1"));
    const args = ["-d", directory, "--framework", "terraform_json", "--skip-download", "--soft-fail"];
    const output = execFileSync(checkov, [...args, "-o", "json"], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    });
    return JSON.parse(output) as CheckovReport;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
