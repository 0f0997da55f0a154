import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { join, relative } from "node:path";
import { InputError } from "./input-error";
import { parseJson } from "./output-values";

interface Finished {
  readonly stdout: string;
  readonly stderr: string;
  readonly error: NodeJS.ErrnoException | null;
}

function run(program: string, args: readonly string[], folder: string): Promise<Finished> {
  return new Promise((resolve) => {
    execFile(program, args, { cwd: folder, maxBuffer: 16 * 1024 * 1024 }, (error, stdout, stderr) => {
      resolve({ stdout, stderr, error: error as NodeJS.ErrnoException | null });
    });
  });
}

/** Programs that read a stack's state, in the order in which they are looked for. */
export function terraformPrograms(environment: NodeJS.ProcessEnv): readonly string[] {
  const chosen = environment["TERRAFORM_BINARY_NAME"];
  return chosen === undefined || chosen === "" ? ["terraform", "tofu"] : [chosen];
}

/**
 * Reads the outputs of a deployed stack with Terraform or OpenTofu, whatever its backend is.
 *
 * @throws InputError when the folder, the program or the state is missing.
 */
export async function readTerraformOutputs(
  stack: string,
  projectRoot: string,
  programs: readonly string[],
): Promise<unknown> {
  const folder = join(projectRoot, "cdktf.out", "stacks", stack);
  const shown = relative(projectRoot, folder);
  if (!existsSync(folder)) {
    throw new InputError(
      `there is no ${shown}: '${stack.replace(/-mesh$/, "")}' is not the name of an environment, or it is not synthesized; run 'npm run synth', or give --outputs or --url`,
    );
  }
  for (const program of programs) {
    const { stdout, stderr, error } = await run(program, ["output", "-json", "-no-color"], folder);
    if (error?.code === "ENOENT") continue;
    if (error === null) return parseJson(stdout, `'${program} output -json' in ${shown}`);
    const reason = stderr.trim().split("\n").slice(0, 6).join("\n  ");
    throw new InputError(
      `'${program} output -json' failed in ${shown}; after 'cdktf deploy' or 'terraform init' it works there:\n  ${reason}`,
    );
  }
  throw new InputError(
    `none of ${programs.join(", ")} is on the PATH; install one, or give the outputs with --outputs FILE`,
  );
}
