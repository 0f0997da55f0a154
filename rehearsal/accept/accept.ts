import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { acceptedEnvironment } from "../deploy/terraform";
import { TerraformDeployment } from "../deploy/terraform-deployment";
import { CommandError, run } from "../namespace/run-command";
import { exitStatus } from "../../smoke/exit-status";
import { StepFailure, type StepOutcome, type Steps } from "../steps";
import type { LeftoverQuery } from "./leftovers";
import { lookForLeftovers } from "./look-for-leftovers";

export interface AcceptRequest {
  readonly environment: string;
  readonly hasCluster: boolean;
  readonly hasGateway: boolean;
  readonly terraform: string;
  readonly logs: string;
  readonly destroy: boolean;
  readonly kubeconfig?: string;
  readonly mtls?: "strict" | "permissive";
  /** Asked after a destroy. */
  readonly leftovers: readonly LeftoverQuery[];
  readonly steps: Steps;
}

const smokeTimeout = "15m";

/** Time ran out while something that the smoke test waits for was on its way. */
export class StillOnItsWay extends StepFailure {}

/** How a proof ended; `pending`: everything held but what was still on its way when time ran out. */
export type Acceptance = "passed" | "failed" | "pending";

/**
 * The proof of a rehearsal against a real target: deploy, smoke test, second plan, and destroy where asked for.
 *
 * @throws what a mistake of this program throws, after the destroy
 */
export async function acceptEnvironment(request: AcceptRequest): Promise<Acceptance> {
  const { environment, hasCluster, terraform, logs, destroy, steps } = request;
  const names = [...(hasCluster ? ["cluster"] : []), "mesh"];
  const stacks = names.map((name) => {
    const stackFolder = join(__PROJECT_ROOT__, "cdktf.out", "stacks", `${environment}-${name}`);
    const own = new TerraformDeployment({
      terraform,
      stackFolder,
      logs,
      name,
      environment: acceptedEnvironment(process.env),
    });
    return { name, stackFolder, deployment: own };
  });
  let stoppedBy: unknown;
  try {
    await steps.run("synthesis", async () => {
      await run(process.execPath, [join(__PROJECT_ROOT__, "run.mjs"), "main.ts", environment]);
      return { detail: names.map((name) => `${environment}-${name}`).join(", ") };
    });
    for (const { name, stackFolder, deployment } of stacks) {
      await steps.run(`init ${name}`, async () => {
        await run(terraform, ["init", "-input=false", "-no-color"], {
          cwd: stackFolder,
          environment: acceptedEnvironment(process.env),
        });
        return { detail: "providers are there" };
      });
      await steps.run(`apply ${name}`, () => deployment.apply(new AbortController().signal));
    }
    if (request.hasGateway) await steps.run("smoke test", () => smoke(request));
    for (const { name, deployment } of stacks)
      await steps.run(`second plan of ${name}`, () => deployment.planAgain());
  } catch (error) {
    // The step was told of; what was deployed is destroyed all the same where that was asked for.
    stoppedBy = error;
  }
  if (destroy) await takeDown(stacks, request);
  return acceptanceOf(steps, stoppedBy);
}

/**
 * How a proof ended.
 *
 * @param stoppedBy what the step threw that ended it
 */
export function acceptanceOf({ all, ok }: Pick<Steps, "all" | "ok">, stoppedBy: unknown): Acceptance {
  if (stoppedBy instanceof TypeError || stoppedBy instanceof RangeError) throw stoppedBy;
  if (ok) return "passed";
  // A destroy that failed is a failure, whatever came before it.
  const failures = all.filter((step) => !step.ok).length;
  return stoppedBy instanceof StillOnItsWay && failures === 1 ? "pending" : "failed";
}

interface AcceptedStack {
  readonly name: string;
  readonly deployment: TerraformDeployment;
}

/** Destroys the stacks in reverse, and looks for what they left. */
async function takeDown(
  stacks: readonly AcceptedStack[],
  { steps, leftovers }: AcceptRequest,
): Promise<void> {
  for (const { name, deployment } of [...stacks].reverse()) {
    // A cluster whose mesh is not destroyed would leave its load balancers behind.
    const gone = await steps
      .run(`destroy ${name}`, () => deployment.destroy())
      .then(
        () => true,
        () => false,
      );
    if (!gone) return;
  }
  await steps
    .run("nothing left", () => lookForLeftovers(leftovers))
    // The step was told of.
    .catch(() => undefined);
}

async function smoke({
  environment,
  kubeconfig,
  mtls,
  logs,
  terraform,
}: AcceptRequest): Promise<StepOutcome> {
  // Pods for checks that come from workloads are made only where the environment has such checks.
  const inside =
    kubeconfig === undefined
      ? []
      : ["--kubeconfig", kubeconfig, "--expect-mtls", mtls ?? "strict", "--send-from", "pod"];
  const args = [
    join(__PROJECT_ROOT__, "run.mjs"),
    "smoke/main.ts",
    environment,
    ...inside,
    "--timeout",
    smokeTimeout,
  ];
  const log = join(logs, "smoke.log");
  try {
    // The outputs are read by the program that deployed.
    const environmentOfSmoke = { ...acceptedEnvironment(process.env), TERRAFORM_BINARY_NAME: terraform };
    const ran = run(process.execPath, args, { cwd: __PROJECT_ROOT__, environment: environmentOfSmoke });
    writeFileSync(log, await ran);
    return { detail: "all layers passed", log };
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    writeFileSync(log, error.stdout + error.stderr);
    const said = error.stdout.trim() === "" ? error.stderr.trim() : error.stdout.trim();
    if (error.exitCode === exitStatus.timeRanOut) {
      throw new StillOnItsWay(`time ran out while something was on its way\n${said}`, log);
    }
    throw new StepFailure(`the smoke test did not pass\n${said}`, log);
  }
}
