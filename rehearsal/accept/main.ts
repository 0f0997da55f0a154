import { Command, CommanderError } from "commander";
import { programOnPath } from "../deploy/terraform";
import { InvalidEnvironment, readEnvironment } from "../prepare-stack";
import type { Message } from "../session/messages";
import { Steps } from "../session/steps";
import { accept } from "./accept";

const refused = 2;

/** Defines the command line. */
export function acceptCommand(): Command {
  return new Command("npm run accept --")
    .description(
      "Deploys an environment to its real target with the credentials at hand, runs the smoke test and compares a\n" +
        "second plan. What it makes costs money until it is destroyed.",
    )
    .argument("<environment>", "name of a file in environments/, without .yaml")
    .option("--destroy", "destroy it afterwards, and look for what was left by its tags")
    .option("--json", "print the steps as JSON on standard output")
    .addHelpText(
      "after",
      `
Exit status: 0 all steps held, 1 a step did not, 2 wrong usage or an invalid environment.

REHEARSAL_TERRAFORM names Terraform or OpenTofu; else it is found on the PATH. Looking for what was left asks the
cloud's own command line: aws, az, or kubectl. Logs lie in .state/accept/.`,
    );
}

function tell(message: Message): void {
  if (message.type === "step-started") process.stderr.write(`… ${message.title}\n`);
  if (message.type !== "step-ended") return;
  const { ok, seconds, title, detail, log } = message.step;
  process.stderr.write(
    `${ok ? "ok    " : "FAILED"} ${seconds.toFixed(1).padStart(7)} s  ${title}: ${detail}\n`,
  );
  if (!ok && log !== undefined) process.stderr.write(`        log: ${log}\n`);
}

async function main(): Promise<number> {
  const command = acceptCommand().exitOverride();
  try {
    command.parse();
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : refused;
    throw error;
  }
  const options = command.opts<{ destroy?: true; json?: true }>();
  const [name = ""] = command.processedArgs as [string];
  const interrupt = new AbortController();
  process.once("SIGINT", () => {
    interrupt.abort();
  });
  const steps = new Steps(tell);
  try {
    const environment = readEnvironment(name, new Date());
    const terraform = programOnPath("terraform", "REHEARSAL_TERRAFORM", process.env);
    if (terraform === undefined) {
      process.stderr.write("no terraform on the PATH; install it, or name it in REHEARSAL_TERRAFORM\n");
      return refused;
    }
    await accept(steps, {
      environment,
      terraform,
      destroy: options.destroy === true,
      signal: interrupt.signal,
    });
  } catch (error) {
    if (error instanceof InvalidEnvironment) {
      process.stderr.write(`${error.message}\n`);
      return refused;
    }
    // A failed step was told of already.
    if (steps.ok) throw error;
  }
  if (options.json === true) process.stdout.write(`${JSON.stringify(steps.all, undefined, 2)}\n`);
  return steps.ok ? 0 : 1;
}

void main().then((status) => {
  process.exitCode = status;
});
