import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative, resolve } from "node:path";
import { Command, CommanderError } from "commander";
import { parse } from "yaml";
import { CommandError, run } from "../namespace/run-command";
import { findProgram } from "../programs/find-program";
import { places, renderEnvironment, renderOptions } from "../render/render-environment";
import { InputError } from "../render/synthesize";
import { inNamespace } from "./in-namespace";
import { injectorConfiguration } from "./injector-configuration";

const notes = `
Nothing is asked of a cluster: istiod's chart is rendered with the environment's values, and istioctl injects by
what it renders. The result is what istiod's webhook makes of the same objects; deploy it with injection: manual.

istioctl is the rehearsal's (npm run rehearse -- --tools), or the one that REHEARSAL_ISTIOCTL names.

Exit status: 0 printed, 1 it could not be rendered or injected, 2 wrong usage, an invalid environment, or a missing
program.`;

interface InjectOptions {
  readonly namespace?: string;
}

function injectCommand(): Command {
  return new Command("npm run inject --")
    .description("Prints Kubernetes manifests with the sidecar that an environment's istiod would inject.")
    .argument("<environment>", "name of a file in environments/")
    .argument("<file>", "YAML file with Deployments, Pods and their like")
    .option(
      "--namespace <name>",
      "of objects that name none (default: that of the application whose file it is)",
    )
    .addHelpText("after", notes);
}

interface ApplicationKeys {
  readonly path: string;
  readonly namespace: string;
}

/** Namespace of the application in whose folder a file lies. */
function namespaceOf(environment: string, file: string): string {
  const text = readFileSync(join(__PROJECT_ROOT__, "environments", `${environment}.yaml`), "utf8");
  const { applications = [] } = parse(text) as { applications?: readonly ApplicationKeys[] };
  const inside = applications.find(
    ({ path }) => !relative(join(__PROJECT_ROOT__, path), file).startsWith(".."),
  );
  return inside?.namespace ?? "default";
}

function readInput(file: string): string {
  try {
    if (statSync(file).isFile()) return readFileSync(file, "utf8");
  } catch (error) {
    throw new InputError(
      `${file} cannot be read (${(error as NodeJS.ErrnoException).code ?? String(error)}); name a YAML file`,
    );
  }
  throw new InputError(`${file} is no file; name a YAML file`);
}

async function inject(
  environment: string,
  file: string,
  options: InjectOptions,
  scratch: string,
): Promise<string> {
  const text = readInput(file);
  const istioctl = await findProgram("istioctl", places);
  if (istioctl === undefined) {
    throw new InputError("there is no istioctl of this Istio; prepare it with: npm run rehearse -- --tools");
  }
  const rendering = await renderEnvironment(
    environment,
    __PROJECT_ROOT__,
    scratch,
    await renderOptions(scratch),
    isIstiod,
  );
  const [failure] = rendering.failures;
  if (failure !== undefined)
    throw new Error(`istiod's chart could not be rendered`, { cause: failure.error });
  const istiod = rendering.files.find(({ name }) => isIstiod(name));
  if (istiod === undefined) {
    throw new InputError(
      `${environment} installs no istiod (mesh.management: adopt): use istioctl kube-inject with the cluster's own`,
    );
  }
  const configuration = injectorConfiguration(istiod.text);
  const folder = join(scratch, "inject");
  mkdirSync(folder);
  const write = (name: string, content: string) => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };
  const namespace = options.namespace ?? namespaceOf(environment, file);
  return await run(istioctl.path, [
    "kube-inject",
    // Without it istioctl asks the cluster which revision is the default, and waits for an answer for ever.
    ...["--revision", configuration.revision],
    ...["--meshConfigFile", write("mesh.yaml", configuration.mesh)],
    ...["--injectConfigFile", write("config.yaml", configuration.config)],
    ...["--valuesFile", write("values.json", configuration.values)],
    ...["--filename", write("objects.yaml", inNamespace(text, namespace))],
  ]);
}

function isIstiod(release: string): boolean {
  return /^istiod(-|$)/.test(release);
}

function describe(error: unknown): string {
  if (error instanceof CommandError) return (error.stderr || error.stdout).trim();
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error && !(error instanceof InputError)
    ? `${error.message}\n  ${describe(error.cause)}`
    : error.message;
}

async function main(): Promise<number> {
  const command = injectCommand().exitOverride();
  try {
    command.parse();
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    throw error;
  }
  const [environment = "", file = ""] = command.args;
  const scratch = mkdtempSync(join(tmpdir(), "istio-cdktf-inject-"));
  try {
    process.stdout.write(await inject(environment, resolve(file), command.opts<InjectOptions>(), scratch));
    return 0;
  } catch (error) {
    process.stderr.write(`${describe(error)}\n`);
    return error instanceof InputError ? 2 : 1;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

void main().then((status) => {
  process.exitCode = status;
});
