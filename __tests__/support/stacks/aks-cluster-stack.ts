import { readFileSync } from "node:fs";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App } from "cdktf";
import { parse } from "yaml";
import { environmentFile } from "../../../config/environment";
import { asLiteral } from "../../../config/literal-text";
import { readStack } from "./stack-file";
import { AksClusterStack, type AzureEnvironment } from "../../../stacks/aks-cluster";

/** What a block of Terraform JSON holds; the tests look into it by path. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Block = Record<string, any>;

export interface StackJson {
  readonly provider: Record<string, Block[]>;
  readonly terraform: Block;
  readonly data: Record<string, Record<string, Block>>;
  readonly resource: Record<string, Record<string, Block>>;
  readonly output: Record<string, Block>;
}

/** The smallest environment on Azure, with the sections and keys of `target` that a test gives. */
export function azureEnvironment({
  target = {},
  name = "azure-test",
  ...sections
}: { target?: object; name?: string } & Record<string, unknown> = {}): AzureEnvironment {
  const parsed = environmentFile.parse({
    target: { kind: "azure", location: "westeurope", kubernetesVersion: "1.35", ...target },
    mesh: { istioVersion: "1.31.1" },
    ...sections,
  });
  return asAzure({ ...parsed, name });
}

/** The shipped environment. */
export function azureProd(): AzureEnvironment {
  const text = readFileSync(join(__PROJECT_ROOT__, "environments/azure-prod.yaml"), "utf8");
  return asAzure({ ...environmentFile.parse(parse(text)), name: "azure-prod" });
}

function asAzure(environment: { target: { kind: string }; name: string }): AzureEnvironment {
  if (environment.target.kind !== "azure") throw new Error(`${environment.name} is not on Azure`);
  return environment as AzureEnvironment;
}

/** The configuration that Terraform would read, the backend included. */
export function synthClusterStack(environment: AzureEnvironment): StackJson {
  const outdir = mkdtempSync(join(tmpdir(), "istio-cdktf-aks-"));
  try {
    const app = new App({ outdir, stackTraces: false });
    const id = `${environment.name}-cluster`;
    new AksClusterStack(app, id, { environment: asLiteral(environment) });
    app.synth();
    return readStack(outdir, id);
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}

/** The only block of that type. */
export function only(blocks: Record<string, Block> | undefined): Block {
  const all = Object.values(blocks ?? {});
  if (all.length !== 1 || all[0] === undefined) throw new Error(`expected one block, found ${all.length}`);
  return all[0];
}
