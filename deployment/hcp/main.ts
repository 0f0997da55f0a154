import { Command, CommanderError } from "commander";
import { InvalidEnvironment, readEnvironment } from "../../rehearsal/prepare-stack";
import { exitStatus } from "../../smoke/exit-status";
import { InputError } from "../../smoke/outputs/input-error";
import { HcpClient, HcpNotReady, HcpRefusal } from "./client";
import { desiredHcp, type RunIdentities } from "./desired";
import { reconcile, type Step } from "./reconcile";
import { trustText } from "./trust";

interface Options extends RunIdentities {
  readonly apply?: true;
  readonly trust?: true;
  readonly agentPool?: string;
  readonly healthAssessments?: boolean;
}

const notes = `
The token is looked for where Terraform looks for it: TF_TOKEN_<host>, then the CLI's configuration. Nothing that
HCP Terraform has beside these workspaces is touched, and nothing is deleted.

Exit status: 0 all is as it should be, or was told; 1 the server refuses; 2 wrong usage, an invalid environment, no
token, or a server out of reach; 3 the server was not ready in time.`;

function hcpCommand(): Command {
  return new Command("npm run hcp --")
    .description(
      "Shows what an environment needs in HCP Terraform or Terraform Enterprise, and makes it with --apply:\n" +
        "project, one workspace a stack with its execution mode, variables, and a run of the mesh after the cluster's.",
    )
    .argument("<environment>", "name of a file in environments/, without .yaml")
    .option("--apply", "do it")
    .option("--trust", "print the trust policies of the identities below, and ask no server")
    .option("--aws-run-role <arn>", "role that runs take on in AWS, by workload identity")
    .option("--azure-client-id <id>", "application that runs are in Azure, by workload identity")
    .option("--azure-tenant-id <id>", "its tenant")
    .option("--azure-subscription-id <id>", "subscription of the cluster")
    .option("--agent-pool <name>", "pool of the agents of execution: agent")
    .option("--health-assessments", "let the server look for drift, and repeat the stacks' checks")
    .option("--no-health-assessments", "do not")
    .addHelpText("after", notes)
    .exitOverride();
}

const signs: Readonly<Record<Step["action"], string>> = { make: "+", change: "~", keep: " " };

async function main(): Promise<number> {
  const command = hcpCommand();
  try {
    command.parse();
  } catch (error) {
    if (error instanceof CommanderError)
      return error.exitCode === 0 ? exitStatus.passed : exitStatus.wrongInput;
    throw error;
  }
  const [name = ""] = command.processedArgs as [string];
  const options = command.opts<Options>();
  const environment = readEnvironment(name, new Date());
  const { backend } = environment;
  if (backend.kind !== "cloud") {
    throw new InputError(
      `backend of environments/${name}.yaml is ${backend.kind}; set backend: { kind: cloud, organization: … } to keep its state in HCP Terraform`,
    );
  }
  const desired = desiredHcp(environment, backend, options);
  if (options.trust === true) {
    const text = trustText(backend.hostname, desired, options);
    if (text === "") throw new InputError("--trust needs --aws-run-role or --azure-client-id");
    process.stdout.write(`${text}\n`);
    return exitStatus.passed;
  }
  const client = await HcpClient.of(backend.hostname, process.env);
  let differs = false;
  await reconcile(client, desired, {
    apply: options.apply === true,
    ...(options.agentPool === undefined ? {} : { agentPool: options.agentPool }),
    ...(options.healthAssessments === undefined ? {} : { healthAssessments: options.healthAssessments }),
    onStep: ({ action, what }) => {
      differs ||= action !== "keep";
      process.stdout.write(`${signs[action]} ${what}\n`);
    },
  });
  const next = `npm run deploy -- ${name}`;
  if (!differs) process.stdout.write(`All is as it should be. Next: ${next}\n`);
  else if (options.apply === true) process.stdout.write(`Done. Next: ${next}\n`);
  else process.stdout.write("Nothing was changed; add --apply to do it.\n");
  return exitStatus.passed;
}

function statusOf(error: unknown): number | undefined {
  if (error instanceof InputError || error instanceof InvalidEnvironment) return exitStatus.wrongInput;
  if (error instanceof HcpRefusal) return exitStatus.failed;
  return error instanceof HcpNotReady ? exitStatus.timeRanOut : undefined;
}

main().then(
  (status) => {
    process.exitCode = status;
  },
  (error: unknown) => {
    const status = statusOf(error);
    if (status === undefined) throw error;
    process.stderr.write(`${(error as Error).message}\n`);
    process.exitCode = status;
  },
);
