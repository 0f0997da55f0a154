import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";

const usage = `usage: npm run deploy -- <environment> [--auto-approve]
       npm run destroy -- <environment> [--auto-approve]

Writes the environment's stacks and runs terraform init and apply in each, the cluster first, then the mesh; destroy
takes the mesh first. Terraform asks before it changes anything, unless --auto-approve is given. It stops at the first
stack that fails. TERRAFORM_BINARY_NAME=tofu runs OpenTofu.

Exit status: 0 done, 2 wrong arguments or environment, otherwise that of the command that failed.
`;

const stackKinds = { apply: ["cluster", "mesh"], destroy: ["mesh", "cluster"] } as const;

/** Exit status of a command that has the terminal; 1 where a signal ended it. */
function run(program: string, args: readonly string[]): Promise<number> {
  return new Promise((resolve) => {
    const child = spawn(program, args, { stdio: "inherit" });
    child.once("error", (error) => {
      process.stderr.write(
        `${program} could not be started: ${error.message}; install it or put it on the PATH\n`,
      );
      resolve(127);
    });
    child.once("exit", (status) => resolve(status ?? 1));
    // A terminal sends SIGINT to Terraform as well, which then releases its lock: wait for it.
    process.once("SIGTERM", () => child.kill("SIGTERM"));
  });
}

async function main([action, ...words]: readonly string[]): Promise<number> {
  if (words.includes("--help") || action === "--help") {
    process.stdout.write(usage);
    return 0;
  }
  const [environment, ...more] = words.filter((word) => word !== "--auto-approve");
  const wrong = environment === undefined || environment.startsWith("-") || more.length > 0;
  if (wrong || (action !== "apply" && action !== "destroy")) {
    process.stderr.write(usage);
    return 2;
  }
  const terraform = process.env["TERRAFORM_BINARY_NAME"] ?? "terraform";
  const root = __PROJECT_ROOT__;
  const approval = words.includes("--auto-approve") ? ["-auto-approve"] : [];
  const written = await run(process.execPath, [join(root, "run.mjs"), join(root, "main.ts"), environment]);
  if (written !== 0) return written;
  const outdir = process.env["CDKTF_OUTDIR"] ?? join(root, "cdktf.out");
  const folders = stackKinds[action]
    .map((kind) => join(outdir, "stacks", `${environment}-${kind}`))
    .filter((folder) => existsSync(folder));
  for (const folder of folders) {
    for (const args of [["init"], [action, ...approval]]) {
      const status = await run(terraform, [`-chdir=${folder}`, ...args]);
      if (status !== 0) return status;
    }
  }
  return 0;
}

process.on("SIGINT", () => undefined);
void main(process.argv.slice(2)).then((status) => {
  process.exitCode = status;
});
