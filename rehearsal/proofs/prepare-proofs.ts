import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseDocument } from "yaml";
import type { Check } from "../../contract/checks";
import { bringCharts } from "../deploy/bring-charts";
import { replaceForRehearsal, type StackJson } from "../deploy/replacements";
import type { LocalCharts } from "../helm/local-charts";
import { CommandError, run } from "../namespace/run-command";
import { provenEnvironment } from "./lessons";
import { ProjectCopy } from "./project-copy";
import { breakAs, checksOf, type Proof, type Twin, type Variant } from "./proof";

/** A configuration as it is deployed. */
export interface PreparedVariant {
  /** File of the stack's JSON; its assets lie in the folder of the rehearsed stack. */
  readonly stackFile: string;
  readonly checks: readonly Check[];
}

/** A proof, ready to be deployed. */
export interface PreparedProof extends PreparedVariant, Pick<Proof, "title" | "touches"> {
  readonly twins: readonly (PreparedVariant & Pick<Twin, "broken" | "fails">)[];
}

export interface PrepareProofsOptions {
  readonly proofs: readonly Proof[];
  readonly folder: string;
  /** That of the stack that is deployed first. */
  readonly stackFolder: string;
  readonly charts: LocalCharts;
  readonly kubeconfigPath: string;
}

/** Synthesizes the configurations of all proofs, whole and broken, at once. */
export async function prepareProofs(options: PrepareProofsOptions): Promise<readonly PreparedProof[]> {
  const { proofs, folder } = options;
  const named = proofs.map((proof, index) => ({
    proof,
    whole: { name: `proof-${index.toString()}-whole`, variant: proof as Variant },
    twins: proof.twins.map((twin, number) => ({
      twin,
      name: `proof-${index.toString()}-broken-${number.toString()}`,
      variant: within(proof.title, twin, () => breakAs(twin, proof)),
    })),
  }));
  const synthesized = join(folder, "proofs");
  await synthesizeAll(
    named.flatMap(({ whole, twins }) => [whole, ...twins]),
    synthesized,
  );
  const stacks = join(folder, "proof-stacks");
  mkdirSync(stacks, { recursive: true });
  const prepared = async (name: string, variant: Variant): Promise<PreparedVariant> => ({
    stackFile: await connectStack(name, { ...options, synthesized, stacks }),
    checks: checksOf(variant.environment, new Date()),
  });
  return await Promise.all(
    named.map(async ({ proof, whole, twins }) => ({
      title: proof.title,
      ...(proof.touches === undefined ? {} : { touches: proof.touches }),
      ...(await prepared(whole.name, whole.variant)),
      twins: await Promise.all(
        twins.map(async ({ twin: { broken, fails }, name, variant }) => ({
          broken,
          fails,
          ...(await prepared(name, variant)),
        })),
      ),
    })),
  );
}

function within<T>(title: string, { broken }: Twin, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    throw new Error(`${title}, broken by "${broken}"`, { cause });
  }
}

interface NamedVariant {
  readonly name: string;
  readonly variant: Variant;
}

async function synthesizeAll(variants: readonly NamedVariant[], output: string): Promise<void> {
  const project = new ProjectCopy();
  try {
    project.setEnvironments(
      Object.fromEntries(variants.map(({ name, variant }) => [name, withOwnFiles(name, variant, project)])),
    );
    await run(process.execPath, [join(project.root, "run.mjs"), "main.ts"], {
      cwd: project.root,
      environment: { ...process.env, CDKTF_OUTDIR: output },
    });
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    throw new Error(`the configurations of the proofs are not valid\n${error.stderr.trim()}`, {
      cause: error,
    });
  } finally {
    project.remove();
  }
}

/** Writes the applications' files of a variant into a folder of its own; returns the environment that names it. */
function withOwnFiles(name: string, { environment, files }: Variant, project: ProjectCopy): string {
  const document = parseDocument(environment);
  const { applications = [] } = document.toJS() as { applications?: readonly { readonly path: string }[] };
  // A cluster has one mesh: to the synthesis these are of many clusters.
  document.setIn(["target", "connection", "context"], name);
  for (const [index, { path }] of applications.entries()) {
    document.setIn(["applications", index, "path"], `${path}-${name}`);
    for (const [file, text] of Object.entries(files)) {
      if (file.startsWith(`${path}/`)) project.write(`${path}-${name}${file.slice(path.length)}`, text);
    }
  }
  return document.toString();
}

async function connectStack(
  name: string,
  options: PrepareProofsOptions & { readonly synthesized: string; readonly stacks: string },
): Promise<string> {
  const { synthesized, stacks, folder, stackFolder, charts, kubeconfigPath } = options;
  const file = join(synthesized, "stacks", `${name}-mesh`, "cdk.tf.json");
  // The mesh bears the environment's name, which is the same for all of them.
  const text = readFileSync(file, "utf8").replaceAll(name, provenEnvironment);
  const original = JSON.parse(text) as StackJson;
  const { stack } = replaceForRehearsal(original, kubeconfigPath, join(folder, "terraform.tfstate"));
  const brought = await bringCharts(stack, stackFolder, charts);
  const path = join(stacks, `${name}.json`);
  writeFileSync(path, JSON.stringify(brought.stack));
  return path;
}
