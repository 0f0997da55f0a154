import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";

const folder = mkdtempSync(join(tmpdir(), "istio-cdktf-deploy-"));
const calls = join(folder, "calls");
const terraform = join(folder, "terraform");
afterAll(() => rmSync(folder, { recursive: true, force: true }));

// Stands in for Terraform: it notes where it is called and how, and fails or waits where the test says so.
beforeAll(() => {
  const script = `#!/bin/sh
stack=$(basename "$PWD")
case $1 in version) exit 0 ;; esac
echo "$stack $(echo "$*" | sed 's/ -out=.*//; s/ -json .*//')" >> ${calls}
case "$1 $stack" in
  "$FAILS") echo "Error: \${SAYS:-it does not work}" >&2; exit 1 ;;
  "$WAITS") trap 'echo "$stack interrupted" >> ${calls}; exit 1' INT; echo waiting; while :; do sleep 0.05; done ;;
  "show "*) cat "${folder}/$stack.json" 2>/dev/null || echo '{"prior_state": {"values": {}}}' ;;
esac
`;
  writeFileSync(terraform, script, { mode: 0o755 });
});
beforeEach(() => rmSync(calls, { force: true }));

interface Ran {
  readonly status: number | null;
  readonly printed: string;
  readonly calls: readonly string[];
}

function start(action: string, args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  return spawn(process.execPath, ["run.mjs", "deployment/main.ts", action, ...args], {
    cwd: __PROJECT_ROOT__,
    env: {
      ...process.env,
      TERRAFORM_BINARY_NAME: terraform,
      CDKTF_OUTDIR: join(folder, "cdktf.out"),
      ...env,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
}

async function ended(child: ReturnType<typeof start>): Promise<Ran> {
  let printed = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk: Buffer) => (printed += chunk.toString()));
  const status = await new Promise<number | null>((resolve) => child.once("close", resolve));
  const lines = existsSync(calls) ? readFileSync(calls, "utf8").trim().split("\n") : [];
  return { status, printed, calls: lines };
}

const run = (action: string, args: readonly string[], env: NodeJS.ProcessEnv = {}) =>
  ended(start(action, args, env));

describe("deploy", () => {
  test("applies the cluster, then the mesh, and names the proof", async () => {
    const { status, printed, calls } = await run("deploy", ["aws-prod", "--auto-approve"]);
    expect(calls).toEqual([
      "aws-prod-cluster init -input=false",
      "aws-prod-cluster apply -auto-approve -input=false",
      "aws-prod-mesh init -input=false",
      "aws-prod-mesh apply -auto-approve -input=false",
    ]);
    expect(printed).toContain("npm run smoke -- aws-prod");
    expect(status).toBe(0);
  });

  test("does not touch the mesh when the cluster fails", async () => {
    const { status, printed, calls } = await run("deploy", ["aws-prod", "--auto-approve"], {
      FAILS: "apply aws-prod-cluster",
    });
    expect(calls.filter((call) => call.includes("mesh"))).toEqual([]);
    expect(printed).toContain("it does not work");
    expect(printed).not.toContain("npm run smoke");
    expect(status).toBe(1);
  });

  test("says what Terraform says when a stack cannot be initialized, and does not apply it", async () => {
    const { status, printed, calls } = await run("deploy", ["local", "--auto-approve"], {
      FAILS: "init local-mesh",
    });
    expect(calls).toEqual(["local-mesh init -input=false"]);
    expect(printed).toContain("it does not work");
    expect(status).toBe(1);
  });

  test("changes nothing where Terraform's question can reach nobody", async () => {
    const { status, printed, calls } = await run("deploy", ["local"]);
    expect(calls).toEqual([]);
    expect(printed).toContain("npm run plan -- local");
    expect(printed).toContain("--auto-approve");
    expect(status).toBe(2);
  });

  test.each(["SIGINT", "SIGTERM"] as const)("stopped by %s, ends after what is under way", async (signal) => {
    const child = start("deploy", ["aws-prod", "--auto-approve"], { WAITS: "apply aws-prod-cluster" });
    const end = ended(child);
    await new Promise<void>((resolve) =>
      child.stdout.on("data", (chunk: Buffer) => chunk.includes("waiting") && resolve()),
    );
    child.kill(signal);
    const { status, calls } = await end;
    expect(calls.at(-1)).toBe("aws-prod-cluster interrupted");
    expect(status).toBe(3);
  });
});

describe("destroy", () => {
  test("takes the mesh before its cluster", async () => {
    const { status, calls } = await run("destroy", ["aws-prod", "--auto-approve"]);
    expect(calls.filter((call) => call.includes("destroy"))).toEqual([
      "aws-prod-mesh destroy -auto-approve -input=false",
      "aws-prod-cluster destroy -auto-approve -input=false",
    ]);
    expect(status).toBe(0);
  });

  test("keeps the cluster whose mesh is still there", async () => {
    const { status, calls } = await run("destroy", ["aws-prod", "--auto-approve"], {
      FAILS: "destroy aws-prod-mesh",
    });
    expect(calls.filter((call) => call.includes("cluster"))).toEqual([]);
    expect(status).toBe(1);
  });
});

describe("a backend that the file names anew", () => {
  const moved = { FAILS: "init local-mesh", SAYS: "Backend configuration changed" };

  test.each(["plan", "deploy"])(
    "is not used by %s without a word, which names what copies the state",
    async (action) => {
      const args = action === "deploy" ? ["--auto-approve"] : [];
      const { status, printed, calls } = await run(action, ["local", ...args], moved);
      expect(calls).toEqual(["local-mesh init -input=false"]);
      expect(printed).toContain("npm run plan -- local --migrate-state");
      expect(status).toBe(1);
    },
  );

  test("is no guess at any other failure", async () => {
    const { printed } = await run("plan", ["local"], { FAILS: "init local-mesh" });
    expect(printed).toContain("it does not work");
    expect(printed).not.toContain("--migrate-state");
  });

  test("gets the states of all stacks, which are then planned", async () => {
    const { status, calls } = await run("plan", ["local", "--migrate-state"]);
    expect(calls).toEqual([
      "local-mesh init -input=false -migrate-state -force-copy",
      "local-mesh plan -input=false",
      "local-mesh show",
    ]);
    expect(status).toBe(0);
  });
});

describe("plan", () => {
  const summary = join(folder, "summary.md");
  const planned = (stack: string, plan: object) =>
    writeFileSync(join(folder, `${stack}.json`), JSON.stringify(plan));
  const creates = (address: string) => ({ address, mode: "managed", change: { actions: ["create"] } });
  beforeEach(() => {
    for (const stack of ["aws-prod-cluster", "local-mesh"])
      rmSync(join(folder, `${stack}.json`), { force: true });
  });

  test("needs nobody to answer, and changes nothing", async () => {
    const { status, calls } = await run("plan", ["local", "--no-changes"]);
    expect(calls).toEqual([
      "local-mesh init -input=false",
      "local-mesh plan -input=false",
      "local-mesh show",
    ]);
    expect(status).toBe(0);
  });

  test("with --no-changes fails on a change, and without does not", async () => {
    planned("local-mesh", { prior_state: { values: {} }, resource_changes: [creates("helm_release.new")] });
    const strict = await run("plan", ["local", "--no-changes", "--summary", summary]);
    expect(strict.printed).toContain("Changes in local-mesh.");
    expect(strict.status).toBe(1);
    expect(readFileSync(summary, "utf8")).toContain("- create `helm_release.new`");
    expect((await run("plan", ["local"])).status).toBe(0);
  });

  test("of a mesh whose cluster is not there yet says so", async () => {
    planned("aws-prod-cluster", { resource_changes: [creates("aws_eks_cluster.cluster")] });
    const { status, printed, calls } = await run("plan", ["aws-prod", "--summary", summary]);
    expect(calls.filter((call) => call.includes("mesh"))).toEqual([]);
    expect(printed).toContain("aws-prod-cluster, which has not been applied");
    expect(readFileSync(summary, "utf8")).toContain("**aws-prod-mesh**: not planned");
    expect(status).toBe(0);
  });

  test("of a mesh whose cluster is there is made", async () => {
    const { calls } = await run("plan", ["aws-prod"]);
    expect(calls).toContain("aws-prod-mesh plan -input=false");
  });

  test("that fails is a failure", async () => {
    expect((await run("plan", ["local"], { FAILS: "plan local-mesh" })).status).toBe(1);
  });
});

describe("what is given wrongly ends with 2", () => {
  test.each([
    ["no environment", ["deploy"], "missing required argument"],
    ["an unknown environment", ["plan", "nope"], 'got "nope"'],
    ["an unknown option", ["plan", "local", "--destroy"], "unknown option '--destroy'"],
  ])("%s", async (_, [action = "", ...args], said) => {
    const { status, printed, calls } = await run(action, args);
    expect(printed).toContain(said);
    expect(calls).toEqual([]);
    expect(status).toBe(2);
  });

  test("a Terraform that is not there", async () => {
    const { status, printed } = await run("plan", ["local"], { TERRAFORM_BINARY_NAME: join(folder, "none") });
    expect(printed).toContain("TERRAFORM_BINARY_NAME=<path>");
    expect(status).toBe(2);
  });
});
