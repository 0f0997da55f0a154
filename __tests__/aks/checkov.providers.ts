import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { azureProd, synthClusterStack } from "./cluster-stack";
import { withoutComments } from "./terraform-json";

const checkov = process.env["CHECKOV"] ?? "checkov";
const isThere = spawnSync(checkov, ["--version"]).status === 0;
if (!isThere) {
  console.warn("skipped: checkov is not there (pip install checkov, or name it in CHECKOV)");
}

/** Checks that a comment in a module sets aside, with the reason: `checkov:skip=<id>: <reason>`. */
function exceptions(): Map<string, string> {
  const directory = join(__PROJECT_ROOT__, "modules");
  const lines = readdirSync(directory, { recursive: true, encoding: "utf8" })
    .filter((path) => /(^|[\\/])(aks|azure)[-\\/].*\.ts$/.test(path))
    .flatMap((path) => readFileSync(join(directory, path), "utf8").split("\n"));
  return new Map(
    lines.flatMap((line) => {
      const match = /checkov:skip=(\w+): (.+)$/.exec(line);
      return match?.[1] === undefined ? [] : [[match[1], match[2] ?? ""] as const];
    }),
  );
}

interface Report {
  readonly summary: { readonly passed: number };
  readonly results: { readonly failed_checks: readonly { readonly check_id: string }[] };
}

test.skipIf(!isThere)(
  "checkov finds on the cluster of azure-prod what the code sets aside, and nothing else",
  () => {
    const directory = mkdtempSync(join(tmpdir(), "istio-cdktf-checkov-"));
    try {
      writeFileSync(join(directory, "cdk.tf.json"), withoutComments(synthClusterStack(azureProd())));
      const output = execFileSync(
        checkov,
        ["-d", directory, "--framework", "terraform_json", "--skip-download", "--soft-fail", "-o", "json"],
        { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] },
      );
      const { summary, results } = JSON.parse(output) as Report;
      expect(summary.passed).toBeGreaterThan(10);
      expect(new Set(results.failed_checks.map(({ check_id }) => check_id))).toEqual(
        new Set(exceptions().keys()),
      );
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  },
  120_000,
);

test("every exception gives its reason", () => {
  const found = exceptions();
  expect(found.size).toBeGreaterThan(0);
  for (const reason of found.values()) expect(reason.length).toBeGreaterThan(20);
});
