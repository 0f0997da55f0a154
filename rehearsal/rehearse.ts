import { revisionsOf } from "../config/mesh/revisions";
import { type RehearseOptions } from "./command-line";
import type { LocalCharts } from "./helm/local-charts";
import { conformanceParts, gatewayApiPart } from "./programs/catalogue";
import type { PreparedPrograms } from "./programs/prepare";
import { type ConformancePrograms } from "./prove/conformance";
import { InvalidEnvironment, prepareStack, readEnvironment } from "./prepare-stack";
import { prepareProofs } from "./proofs/prepare-proofs";
import { type Proof } from "./proofs/proof";
import { provenEnvironment } from "./proofs/lessons";
import { readProofs } from "./proofs/read-proofs";
import { byTerraform, type RehearsalSurroundings, runRehearsal } from "./run-rehearsal";
import { whilePreparing } from "./session/while-preparing";

export interface RehearseRequest extends RehearsalSurroundings {
  readonly environment: string;
}

/** Rehearses one environment from its file to the report; resolves to the exit status. */
export async function rehearse(request: RehearseRequest): Promise<number> {
  const { environment: name, options, progress } = request;
  const environment = readEnvironment(name, new Date());
  const proofs = proofsOf(name, options);
  const subject = {
    name,
    releases: [
      ...revisionsOf(environment.mesh).map(({ istioVersion }) => istioVersion),
      ...(options.istio ?? []),
    ],
    also: [
      ...(options.conformance === undefined ? [] : conformanceParts),
      ...(environment.gatewayApi.management === "install" ? [gatewayApiPart] : []),
    ],
    clusterCount: 1,
  };
  return await runRehearsal(request, subject, async (there) => {
    const { programs, runFolder, charts, kubeconfigPath, providerCache } = there;
    const stack = await whilePreparing(runFolder, () =>
      progress.during("synthesis and terraform init", () =>
        prepareStack({
          environment: name,
          folder: runFolder.path,
          charts,
          kubeconfigPath,
          providerCache,
          withoutProviders: options.withoutProviders === true,
          terraform: programs.path("terraform"),
          fault: options.fault,
        }),
      ),
    );
    await Promise.all((options.istio ?? []).map((release) => bringIstioCharts(charts, release)));
    const { stackFolder } = stack.deploy;
    const prepared =
      proofs === undefined
        ? {}
        : {
            proofs: await whilePreparing(runFolder, () =>
              progress.during("synthesis of the proofs", () =>
                prepareProofs({ proofs, folder: runFolder.path, stackFolder, charts, kubeconfigPath }),
              ),
            ),
          };
    return {
      plan: {
        deploy: stack.deploy,
        mtls: environment.mesh.mtls,
        hasGateway: environment.gateways.length > 0,
        ...prepared,
        ...(options.fault === undefined ? {} : { fault: options.fault }),
        ...(options.conformance === undefined
          ? {}
          : { conformance: { kind: options.conformance, programs: conformancePrograms(programs) } }),
      },
      title: name,
      deployment:
        stack.withoutProvidersReason === undefined
          ? byTerraform
          : `installed with the Helm CLI, without Terraform's providers: ${stack.withoutProvidersReason}`,
      replacements: stack.replacements,
    };
  });
}

/** @throws InvalidEnvironment where there are none of such names */
function proofsOf(environment: string, { proofs }: RehearseOptions): readonly Proof[] | undefined {
  if (proofs === undefined) return undefined;
  if (environment !== provenEnvironment)
    throw new InvalidEnvironment(
      `--proofs is for ${provenEnvironment}: npm run rehearse -- ${provenEnvironment} --proofs`,
    );
  return readProofs(__PROJECT_ROOT__, proofs === true ? [] : proofs);
}

/** Charts of a release that nothing deploys yet lie in the run's folder, too. */
async function bringIstioCharts(charts: LocalCharts, release: string): Promise<void> {
  const repository = "oci://ghcr.io/istio/release/charts";
  for (const chart of ["base", "istiod", "cni", "ztunnel", "gateway"]) {
    await charts.find({ kind: "repository", repository, chart }, release);
  }
}

function conformancePrograms(programs: PreparedPrograms): ConformancePrograms {
  return {
    suite: programs.path("gateway-conformance"),
    definitions: programs.keptFile(conformanceParts[0], "definitions"),
    echoBasic: programs.path("echo-basic"),
    echoClient: programs.path("echo-client"),
  };
}
