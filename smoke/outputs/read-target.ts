import type { Target } from "../target";
import type { Patience } from "./hcp-outputs";
import { InputError } from "./input-error";
import { targetFromUrl } from "./target-from-url";

/** Where the outputs are; the first that is given counts: url, outputs, hcp, environment. */
export interface TargetSource {
  readonly environment?: string;
  readonly url?: string;
  /** Host header and server name, with `url`. */
  readonly host?: string;
  readonly outputs?: string;
  readonly hcp?: string;
  /** Name in the output `gateways`. */
  readonly gateway?: string;
}

/** What reading outputs needs of the process. */
export interface TargetReaders {
  readonly projectRoot: string;
  readonly processEnvironment: NodeJS.ProcessEnv;
  /** How long to wait for a server that is not ready. @default ask once */
  readonly patience?: Patience;
}

async function readDocument(
  { environment, outputs, hcp }: TargetSource,
  { projectRoot, processEnvironment, patience }: TargetReaders,
): Promise<{ document: unknown; source: string }> {
  if (outputs !== undefined) {
    const { readOutputsFile } = await import("./outputs-file");
    return { document: await readOutputsFile(outputs), source: outputs };
  }
  if (hcp !== undefined) {
    const { readHcpOutputs } = await import("./hcp-outputs");
    const options = patience === undefined ? {} : { patience };
    return {
      document: await readHcpOutputs(hcp, processEnvironment, options),
      source: `HCP workspace ${hcp}`,
    };
  }
  if (environment === undefined) {
    throw new InputError("nothing to probe: name an environment, or give --outputs, --url or --hcp");
  }
  const { readTerraformOutputs, terraformPrograms } = await import("./terraform-outputs");
  const stack = `${environment}-mesh`;
  const document = await readTerraformOutputs(stack, projectRoot, terraformPrograms(processEnvironment));
  return { document, source: `the outputs of ${stack}` };
}

/**
 * Finds out what to probe.
 *
 * @throws InputError with what was found, where, and what to do.
 * @throws OutputsPending when they were still on their way in the end.
 */
export async function readTarget(from: TargetSource, readers: TargetReaders): Promise<Target> {
  if (from.url !== undefined) return targetFromUrl(from.url, from.host);
  const { document, source } = await readDocument(from, readers);
  // A URL alone needs neither them nor zod.
  const [{ findMeshOutputs }, { targetFromOutputs }] = await Promise.all([
    import("./output-values"),
    import("./target-from-outputs"),
  ]);
  const { values, stack } = findMeshOutputs(document, source, from.environment);
  const environment = from.environment ?? stack?.replace(/-mesh$/, "");
  return targetFromOutputs(values, {
    source,
    ...(environment === undefined ? {} : { environment }),
    ...(from.gateway === undefined ? {} : { gateway: from.gateway }),
  });
}
