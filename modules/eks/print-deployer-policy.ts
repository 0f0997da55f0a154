import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { clusterStackName, meshStackName } from "../../config/names";
import { deployerNeeds, type SynthesizedStack } from "./eks-deployer-needs";
import { deployerPolicy } from "./eks-deployer-policy";

const usage = `usage: npm run deployer-policy -- <environment> [<account>]

Prints the IAM policy of whoever deploys an environment on AWS, from the stacks that npm run synth wrote: what they
use, and nothing else. <account> is the number of the AWS account, unless target.accountId has it.

Exit status: 0 printed, 2 wrong usage, or an environment that is not synthesized or not on AWS.
`;

function synthesizedStacks(environmentName: string): SynthesizedStack[] {
  const outdir = process.env["CDKTF_OUTDIR"] ?? join(__PROJECT_ROOT__, "cdktf.out");
  const paths = [clusterStackName(environmentName), meshStackName(environmentName)].map((stack) =>
    join(outdir, "stacks", stack, "cdk.tf.json"),
  );
  return paths
    .filter((path) => existsSync(path))
    .map((path) => JSON.parse(readFileSync(path, "utf8")) as SynthesizedStack);
}

function policyFor(environmentName: string, account: string | undefined): string {
  const stacks = synthesizedStacks(environmentName);
  if (stacks.length === 0) {
    throw new Error(`${environmentName} is not synthesized; run: npm run synth -- ${environmentName}`);
  }
  const needs = deployerNeeds(environmentName, stacks);
  if (needs === undefined) throw new Error(`${environmentName} is not on AWS: it needs no policy there`);
  const accountId = account ?? needs.accountId;
  if (accountId === undefined || !/^[0-9]{12}$/.test(accountId)) {
    throw new Error(
      `the account is a number of 12 digits, got ${accountId ?? "none"}; give it after the environment, or set target.accountId`,
    );
  }
  return deployerPolicy(needs.types, { ...needs, accountId });
}

const [environmentName, account, ...rest] = process.argv.slice(2);
if (environmentName === "--help") {
  process.stdout.write(usage);
} else if (environmentName === undefined || environmentName.startsWith("-") || rest.length > 0) {
  process.stderr.write(usage);
  process.exitCode = 2;
} else {
  try {
    const policy: unknown = JSON.parse(policyFor(environmentName, account));
    process.stdout.write(`${JSON.stringify(policy, null, 2)}\n`);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 2;
  }
}
