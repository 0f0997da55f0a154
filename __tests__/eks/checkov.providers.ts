import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { withoutComments } from "../aks/terraform-json";
import { awsProd, clusterStack, meshStack } from "./eks-stacks";

const checkov = process.env["CHECKOV"] ?? "checkov";
const isThere = spawnSync(checkov, ["--version"]).status === 0;
if (!isThere) {
  console.warn("skipped: checkov is not there (pip install checkov, or name it in CHECKOV)");
}

/** Checks that a comment in a module sets aside, with the reason: `checkov:skip=<id>: <reason>`. */
function exceptions(): Map<string, string> {
  const directory = join(__PROJECT_ROOT__, "modules", "eks");
  const lines = readdirSync(directory).flatMap((file) =>
    readFileSync(join(directory, file), "utf8").split("\n"),
  );
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

function reportOn(stack: object): Report {
  const directory = mkdtempSync(join(tmpdir(), "istio-cdktf-checkov-"));
  try {
    writeFileSync(join(directory, "cdk.tf.json"), withoutComments(stack));
    const args = ["-d", directory, "--framework", "terraform_json", "--skip-download", "--soft-fail"];
    const output = execFileSync(checkov, [...args, "-o", "json"], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    });
    return JSON.parse(output) as Report;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

test.skipIf(!isThere)(
  "checkov finds on aws-prod what the code sets aside, and nothing else",
  () => {
    const cluster = reportOn(clusterStack(awsProd()));
    const mesh = reportOn(meshStack(awsProd()));
    expect(cluster.summary.passed).toBeGreaterThan(100);
    expect(mesh.summary.passed).toBeGreaterThan(30);
    const found = [cluster, mesh].flatMap(({ results }) => results.failed_checks);
    expect(new Set(found.map(({ check_id }) => check_id))).toEqual(new Set(exceptions().keys()));
  },
  240_000,
);

test("every exception gives its reason", () => {
  const found = exceptions();
  expect(found.size).toBeGreaterThan(0);
  for (const reason of found.values()) expect(reason.length).toBeGreaterThan(20);
});
