import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App } from "cdktf";
import { parse } from "yaml";
import { readChartFiles } from "../../../synthesis/chart-files";
import { environmentFile } from "../../../config/environment";
import { asLiteral } from "../../../config/literal-text";
import { deployerNeeds } from "../../../modules/eks/eks-deployer-needs";
import { deployerPolicy } from "../../../modules/eks/eks-deployer-policy";
import { EksClusterStack, type EksClusterStackProps } from "../../../stacks/eks-cluster";
import { MeshStack } from "../../../stacks/mesh";
import { readStack } from "./stack-file";
import type { StackJson } from "./aks-cluster-stack";

export type AwsEnvironment = EksClusterStackProps["environment"];

/** The smallest environment on AWS, with the sections and keys of `target` that a test gives. */
export function awsEnvironment({
  target = {},
  name = "aws-test",
  ...sections
}: { target?: object; name?: string } & Record<string, unknown> = {}): AwsEnvironment {
  return asAws(name, {
    target: { kind: "aws", region: "eu-central-1", kubernetesVersion: "1.35", ...target },
    mesh: { istioVersion: "1.31.1" },
    ...sections,
  });
}

/** A gateway behind an NLB, with the keys of `exposure` and of the gateway that a test gives. */
export function nlbGateway(exposure: object = {}, gateway: object = {}): object {
  return { name: "ingress", exposure: { kind: "nlb", ...exposure }, ...gateway };
}

/** The shipped environment. */
export function awsProd(): AwsEnvironment {
  const text = readFileSync(join(__PROJECT_ROOT__, "environments/aws-prod.yaml"), "utf8");
  return asAws("aws-prod", parse(text));
}

function asAws(name: string, file: unknown): AwsEnvironment {
  const environment = environmentFile.parse(file);
  const { target } = environment;
  if (target.kind !== "aws") throw new Error(`${name} is not on AWS`);
  return asLiteral({ ...environment, target, name });
}

/** The cluster stack as Terraform would read it. */
export function clusterStack(environment: AwsEnvironment): StackJson {
  const id = `${environment.name}-cluster`;
  return synthesized(id, (app) => new EksClusterStack(app, id, { environment }));
}

/** The mesh stack as Terraform would read it. */
export function meshStack(environment: AwsEnvironment): StackJson & { readonly ephemeral?: object } {
  const id = `${environment.name}-mesh`;
  const chartFiles = readChartFiles(__PROJECT_ROOT__);
  return synthesized(
    id,
    (app) => new MeshStack(app, id, { environment, chartFiles, upgradableFrom: () => ["1.31"] }),
  );
}

function synthesized(id: string, define: (app: App) => void): StackJson {
  const outdir = mkdtempSync(join(tmpdir(), "istio-cdktf-eks-"));
  try {
    const app = new App({ outdir, stackTraces: false });
    define(app);
    app.synth();
    return readStack(outdir, id);
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}

/** The only block of a type. */
export function only<T>(blocks: Record<string, T> | undefined): T {
  const values = Object.values(blocks ?? {});
  const [first] = values;
  if (first === undefined || values.length > 1) throw new Error(`expected one block, got ${values.length}`);
  return first;
}

/** The blocks of a type, without their names. */
export function all<T>(blocks: Record<string, T> | undefined): T[] {
  return Object.values(blocks ?? {});
}

/** The policy of whoever deploys an environment. */
export function policyOf(environment: AwsEnvironment, accountId: string): string {
  const needs = deployerNeeds(environment.name, [clusterStack(environment), meshStack(environment)]);
  if (needs === undefined) throw new Error(`${environment.name} needs nothing of AWS`);
  return deployerPolicy(needs.types, { ...needs, accountId });
}
