import { mkdirSync } from "node:fs";
import { join } from "node:path";

import { Command, CommanderError } from "commander";

import { InvalidEnvironment, readEnvironment } from "../prepare-stack";
import { Progress, type Step } from "../programs/progress";
import { cacheFolder } from "../programs/cache";
import { findProgram, UnusableProgram } from "../programs/find-program";
import { type StepMessage, Steps } from "../steps";
import { exitStatus } from "../../smoke/exit-status";
import { type Acceptance, acceptEnvironment } from "./accept";
import { leftoverQueries } from "./leftovers";

const statusOf: Readonly<Record<Acceptance, number>> = {
  passed: exitStatus.passed,
  failed: exitStatus.failed,
  pending: exitStatus.timeRanOut,
};

interface AcceptOptions {
  readonly destroy?: true;
  readonly kubeconfig?: string;
}

async function main(): Promise<number> {
  const command = new Command("npm run accept --")
    .description(
      "Deploys an environment to its real target with your credentials, and proves it as a rehearsal does.",
    )
    .argument("<environment>", "name of a file in environments/, without .yaml")
    .option(
      "--destroy",
      "destroy everything at the end, whether the proof held or not, and look for what is left by its tags",
    )
    .option("--kubeconfig <file>", "let the smoke test look into the cluster, too")
    .addHelpText(
      "after",
      "\nExit status: 0 all steps held, 1 a step did not, 2 wrong usage or an invalid environment, 3 time ran out\n" +
        "while something was still on its way, 70 a fault of this program (DEBUG=1 shows where).\n\n" +
        "REHEARSAL_TERRAFORM names Terraform or OpenTofu. What is left is asked of the cloud's own command line:\n" +
        "aws, az, or kubectl. Logs lie in .state/accept/.",
    )
    .exitOverride();
  try {
    command.parse();
  } catch (error) {
    if (error instanceof CommanderError)
      return error.exitCode === 0 ? exitStatus.passed : exitStatus.wrongInput;
    throw error;
  }
  const [name = ""] = command.processedArgs as [string];
  const { destroy, kubeconfig } = command.opts<AcceptOptions>();
  const environment = readEnvironment(name, new Date());
  const terraform = await findProgram("terraform", {
    environment: process.env,
    cache: cacheFolder(process.env),
    toolsFolder: join(__PROJECT_ROOT__, "rehearsal", "tools"),
  });
  if (terraform === undefined) {
    throw new InvalidEnvironment(
      "there is no Terraform 1.11 or later on the PATH; install it, or name it: REHEARSAL_TERRAFORM=<path>",
    );
  }
  const logs = join(__PROJECT_ROOT__, ".state", "accept", name);
  mkdirSync(logs, { recursive: true });
  const progress = new Progress(process.stderr, process.stderr.isTTY);
  let current: Step | undefined;
  const steps = new Steps((message: StepMessage) => {
    if (message.type === "step-started") current = progress.start(message.title);
    if (message.type !== "step-ended") return;
    if (message.step.ok) current?.succeed();
    else current?.fail();
    const { title, detail, log } = message.step;
    process.stdout.write(
      `${message.step.ok ? "ok    " : "FAILED"} ${title}: ${detail}${log === undefined ? "" : ` (${log})`}\n`,
    );
  });
  const acceptance = await acceptEnvironment({
    environment: name,
    hasCluster: environment.target.kind !== "existing",
    hasGateway: environment.gateways.length > 0,
    terraform: terraform.path,
    logs,
    destroy: destroy === true,
    leftovers: leftoverQueries(environment),
    ...(kubeconfig === undefined ? {} : { kubeconfig, mtls: environment.mesh.mtls }),
    steps,
  });
  return statusOf[acceptance];
}

main().then(
  (status) => {
    process.exitCode = status;
  },
  (error: unknown) => {
    if (!(error instanceof InvalidEnvironment || error instanceof UnusableProgram)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = exitStatus.wrongInput;
  },
);
