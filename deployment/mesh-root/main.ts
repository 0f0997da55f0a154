import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { Command, CommanderError } from "commander";
import type { Environment } from "../../config/environment";
import { handOver, NotHandedOver } from "../../rehearsal/multi-cluster/hand-over";
import { handOversOf, readMesh } from "../../rehearsal/multi-cluster/prepare-mesh";
import { InvalidEnvironment } from "../../rehearsal/prepare-stack";
import { exitStatus } from "../../smoke/exit-status";

interface Options {
  readonly context: readonly string[];
  readonly timeout: string;
}

const command = new Command("npm run mesh-root --")
  .description(
    "Copies the intermediates that the root of a mesh over several clusters signed to the members that sign with\n" +
      "them. It waits for what an apply beside it has yet to make. Run it again before they end.",
  )
  .argument("<mesh>", "name of a file in meshes/, without .yaml")
  .option(
    "--context <member=context>",
    "kubectl's context of a member on EKS or AKS; others are in their files",
    (pair: string, before: readonly string[]) => [...before, pair],
    [],
  )
  .option("--timeout <seconds>", "how long to wait", "300")
  .addHelpText(
    "after",
    "\nExit status: 0 copied, 2 wrong usage or an invalid file, 3 something was not there in time.",
  )
  .exitOverride();

/** Arguments of kubectl that choose a member's cluster. */
function clusterOf(member: string, environments: readonly Environment[], given: readonly string[]): string[] {
  const [, named] = given.map((pair) => pair.split("=")).find(([name]) => name === member) ?? [];
  if (named !== undefined) return ["--context", named];
  const target = environments.find(({ name }) => name === member)?.target;
  if (target?.kind === "existing" && target.connection.kind === "kubeconfig") {
    const { path, context } = target.connection;
    const file = path.startsWith("~/") ? join(homedir(), path.slice(2)) : resolve(__PROJECT_ROOT__, path);
    return ["--kubeconfig", file, "--context", context];
  }
  throw new InvalidEnvironment(
    `kubectl's context of ${member} is in no file; add --context ${member}=<context>`,
  );
}

async function main(): Promise<number> {
  command.parse();
  const { context, timeout } = command.opts<Options>();
  const [name = ""] = command.processedArgs as [string];
  const timeoutSeconds = Number(timeout);
  if (!(timeoutSeconds > 0)) throw new InvalidEnvironment(`--timeout: a number of seconds, got ${timeout}`);
  const mesh = readMesh(name, new Date());
  const handOvers = handOversOf(mesh);
  const places = handOvers.map(({ from, to }) => ({
    from: { ...from, cluster: clusterOf(from.member, mesh.environments, context) },
    to: { ...to, cluster: clusterOf(to.member, mesh.environments, context) },
  }));
  for (const { from, to } of places) {
    await handOver({ kubectl: "kubectl", from, to, timeoutSeconds });
    process.stdout.write(`${to.member}: Secret cert-manager/${to.secret}, signed by ${from.member}\n`);
  }
  if (places.length === 0) process.stdout.write("no member takes an intermediate from another one\n");
  return exitStatus.passed;
}

main().then(
  (status) => {
    process.exitCode = status;
  },
  (error: unknown) => {
    if (error instanceof CommanderError)
      process.exitCode = error.exitCode === 0 ? exitStatus.passed : exitStatus.wrongInput;
    else if (error instanceof NotHandedOver || error instanceof InvalidEnvironment) {
      process.stderr.write(`${error.message}\n`);
      process.exitCode = error instanceof NotHandedOver ? exitStatus.timeRanOut : exitStatus.wrongInput;
    } else throw error;
  },
);
