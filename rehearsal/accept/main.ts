import { mkdirSync } from "node:fs";
import { join } from "node:path";

import { Command, CommanderError } from "commander";

import { InvalidEnvironment, readEnvironment } from "../prepare-stack";
import { Progress, type Step } from "../programs/progress";
import { programOnPath } from "../deploy/terraform";
import { type Message } from "../session/messages";
import { Steps } from "../session/steps";
import { acceptEnvironment } from "./accept";
import { leftoverQueries } from "./leftovers";

const refused = 2;

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
      "\nExit status: 0 all steps held, 1 a step did not, 2 wrong usage or an invalid environment.\n\n" +
        "REHEARSAL_TERRAFORM names Terraform or OpenTofu. What is left is asked of the cloud's own command line:\n" +
        "aws, az, or kubectl. Logs lie in .state/accept/.",
    )
    .exitOverride();
  try {
    command.parse();
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : refused;
    throw error;
  }
  const [name = ""] = command.processedArgs as [string];
  const { destroy, kubeconfig } = command.opts<AcceptOptions>();
  const environment = readEnvironment(name, new Date());
  const terraform = programOnPath("terraform", "REHEARSAL_TERRAFORM", process.env);
  if (terraform === undefined)
    throw new InvalidEnvironment("there is no terraform on the PATH; install Terraform");
  const logs = join(__PROJECT_ROOT__, ".state", "accept", name);
  mkdirSync(logs, { recursive: true });
  const progress = new Progress(process.stderr, process.stderr.isTTY);
  let current: Step | undefined;
  const steps = new Steps((message: Message) => {
    if (message.type === "step-started") current = progress.start(message.title);
    if (message.type !== "step-ended") return;
    if (message.step.ok) current?.succeed();
    else current?.fail();
    const { title, detail, log } = message.step;
    process.stdout.write(
      `${message.step.ok ? "ok    " : "FAILED"} ${title}: ${detail}${log === undefined ? "" : ` (${log})`}\n`,
    );
  });
  await acceptEnvironment({
    environment: name,
    hasCluster: environment.target.kind !== "existing",
    hasGateway: environment.gateways.length > 0,
    terraform,
    logs,
    destroy: destroy === true,
    leftovers: leftoverQueries(environment),
    ...(kubeconfig === undefined ? {} : { kubeconfig, mtls: environment.mesh.mtls }),
    steps,
  });
  return steps.ok ? 0 : 1;
}

main().then(
  (status) => {
    process.exitCode = status;
  },
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = error instanceof InvalidEnvironment ? refused : 1;
  },
);
