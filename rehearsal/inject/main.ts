import { mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { Command } from "commander";
import { parse } from "yaml";
import { CommandError, run } from "../namespace/run-command";
import { findProgram } from "../programs/find-program";
import { places, renderEnvironment, renderOptions } from "../render/render-environment";
import { runScratchCommand } from "../render/scratch-command";
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

/** What the program said; which arguments it was given is of no use to whoever asked for an injection. */
function messageOf(error: Error): string {
  return error instanceof CommandError ? (error.stderr || error.stdout).trim() : error.message;
}

const command = injectCommand();
void runScratchCommand(
  command,
  async (scratch) => {
    const [environment = "", file = ""] = command.args;
    process.stdout.write(await inject(environment, resolve(file), command.opts<InjectOptions>(), scratch));
    return 0;
  },
  messageOf,
).then((status) => {
  process.exitCode = status;
});
