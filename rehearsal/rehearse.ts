import { join } from "node:path";

import { revisionsOf } from "../config/mesh/revisions";
import { type RehearseOptions } from "./command-line";
import { packageKeptChart } from "./helm/kept-charts";
import { describeChart, LocalCharts } from "./helm/local-charts";
import { isReachable } from "./helm/reachable";
import { allowedNamespaces, requireRedirection } from "./namespace/namespaces";
import { conformanceParts, gatewayApiPart, kubernetesVersion } from "./programs/catalogue";
import { type IstioModule, type IstioPrograms, istiosFor, newestIstio } from "./programs/istio";
import { requireSpace } from "./programs/disk-space";
import { type ProgramPlaces } from "./programs/find-program";
import { type PreparedPrograms, preparePrograms } from "./programs/prepare";
import { type Progress } from "./programs/progress";
import { type ConformancePrograms } from "./prove/conformance";
import { InvalidEnvironment, prepareStack, readEnvironment } from "./prepare-stack";
import { prepareProofs } from "./proofs/prepare-proofs";
import { type Proof } from "./proofs/proof";
import { provenEnvironment } from "./proofs/lessons";
import { readProofs } from "./proofs/read-proofs";
import { type Kept, type Report, renderReport } from "./report/report";
import { follow } from "./session/follow";
import { enterCommand, kubeconfigOf, shellFolders } from "./session/kept-sessions";
import { type DeployPlan, type SessionPlan, type SessionPrograms } from "./session/messages";
import { RunFolder } from "./session/run-folder";
import { whilePreparing } from "./session/while-preparing";
import { run } from "./namespace/run-command";

export interface RehearseRequest {
  readonly environment: string;
  readonly options: RehearseOptions;
  readonly progress: Progress;
  readonly places: ProgramPlaces;
}

// etcd's files and the pods' take 140 to 170, logs of a failed one more.
export const runMegabytes = 300;

/** Rehearses one environment from its file to the report; resolves to the exit status. */
export async function rehearse({
  environment: name,
  options,
  progress,
  places,
}: RehearseRequest): Promise<number> {
  const environment = readEnvironment(name, new Date());
  const proofs = proofsOf(name, options);
  const releases = revisionsOf(environment.mesh).map(({ istioVersion }) => istioVersion);
  const istios = istiosFor([...releases, ...(options.istio ?? [])]);
  const kind = await allowedNamespaces();
  const programs = await preparePrograms({
    ...places,
    progress,
    downloads: options.downloads,
    also: [
      ...istios.modules.map(({ part }) => part),
      ...(options.conformance === undefined ? [] : conformanceParts),
      ...(environment.gatewayApi.management === "install" ? [gatewayApiPart] : []),
    ],
  });
  await requireRedirection(kind, programs.path("redirect"));
  requireSpace("for a rehearsal", [{ folder: places.cache, megabytes: runMegabytes }]);
  const record = { environment: name, startedAt: new Date().toISOString(), kept: options.keep === true };
  const runFolder = RunFolder.create(places.cache, record);
  const kubeconfigPath = kubeconfigOf(runFolder);
  try {
    const charts = localCharts(programs.path("helm"), runFolder, places, options.downloads);
    const stack = await whilePreparing(runFolder, () =>
      progress.during("synthesis and terraform init", () =>
        prepareStack({
          environment: name,
          folder: runFolder.path,
          charts,
          kubeconfigPath,
          providerCache: join(places.cache, "terraform-providers"),
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
    const smokeRunner = [process.execPath, join(__PROJECT_ROOT__, "run.mjs"), "smoke/main.ts"];
    await run(process.execPath, [...smokeRunner.slice(1), "--help"]);
    const plan: SessionPlan = {
      environment: name,
      folder: runFolder.path,
      logs: runFolder.logs,
      controlSocket: runFolder.controlSocket,
      kubeconfigPath,
      kubernetesVersion,
      programs: sessionPrograms(programs, istios.modules),
      deploy: stack.deploy,
      smokeBundle: smokeRunner,
      mtls: environment.mesh.mtls,
      hasGateway: environment.gateways.length > 0,
      keep: options.keep === true,
      ...prepared,
      ...(options.fault === undefined ? {} : { fault: options.fault }),
      ...(options.conformance === undefined
        ? {}
        : { conformance: { kind: options.conformance, programs: conformancePrograms(programs) } }),
    };
    const { steps, outcome, stopped } = await follow(plan, runFolder, kind, progress);
    const kept = options.keep === true && outcome?.ok === true;
    const report: Report = {
      environment: name,
      ok: outcome?.ok === true,
      stopped,
      deployment:
        stack.withoutProvidersReason === undefined
          ? "deployed by Terraform with the helm and kubernetes providers"
          : `installed with the Helm CLI, without Terraform's providers: ${stack.withoutProvidersReason}`,
      ...(istios.replaced.length === 0
        ? {}
        : { otherIstio: { asked: istios.replaced, runs: newestIstio.minor } }),
      namespaces: kind.title,
      programs: programs.summary,
      charts: await chartLines(charts),
      replacements: stack.replacements,
      steps,
      outcome,
      logs: runFolder.logs,
      ...(kept ? { kept: describeKept(runFolder, stack.deploy, programs) } : {}),
    };
    process.stdout.write(
      options.json === true ? `${JSON.stringify(report, undefined, 2)}\n` : renderReport(report),
    );
    if (!kept) runFolder.finish(report.ok, new Date());
    return report.ok ? 0 : 1;
  } catch (error) {
    runFolder.remove();
    throw error;
  }
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

/** Charts from the environment's repositories, or from the pinned modules where those cannot be reached. */
export function localCharts(
  helm: string,
  runFolder: RunFolder,
  places: ProgramPlaces,
  downloads: boolean,
): LocalCharts {
  const target = join(runFolder.path, "packaged-charts");
  return new LocalCharts({
    helm,
    run,
    folder: join(places.cache, "charts"),
    packaged: (name, version) =>
      packageKeptChart({ name, version }, { helm, run, target, places, anyVersion: true }),
    isReachable: downloads ? isReachable : () => Promise.resolve(false),
  });
}

/** Charts of a release that nothing deploys yet lie in the run's folder, too. */
async function bringIstioCharts(charts: LocalCharts, release: string): Promise<void> {
  const repository = "oci://ghcr.io/istio/release/charts";
  for (const chart of ["base", "istiod", "cni", "ztunnel", "gateway"]) {
    await charts.find({ kind: "repository", repository, chart }, release);
  }
}

export async function chartLines(charts: LocalCharts): Promise<readonly string[]> {
  const lines = (await charts.all()).map(describeChart);
  return lines.length > 0 ? lines : ["all from the folder of packaged charts that the environment names"];
}

export function describeKept(
  folder: RunFolder,
  { stackFolder }: DeployPlan,
  programs: PreparedPrograms,
): Kept {
  const record = folder.read();
  if (record === undefined) throw new Error(`${folder.path} has no record`);
  return {
    kubeconfig: kubeconfigOf(folder),
    enter: enterCommand({ folder, record }).join(" "),
    stack: stackFolder,
    path: shellFolders(programs),
  };
}

function conformancePrograms(programs: PreparedPrograms): ConformancePrograms {
  return {
    suite: programs.path("gateway-conformance"),
    definitions: programs.keptFile(conformanceParts[0], "definitions"),
    echoBasic: programs.path("echo-basic"),
    echoClient: programs.path("echo-client"),
  };
}

function istioPrograms(programs: PreparedPrograms, module: IstioModule): IstioPrograms {
  const { minor, part } = module;
  const program = (name: "pilot-discovery" | "pilot-agent") =>
    programs.path(module === newestIstio ? name : `${name}-${minor}`);
  return {
    minor,
    pilotDiscovery: program("pilot-discovery"),
    pilotAgent: program("pilot-agent"),
    envoyBootstrap: programs.keptFile(part, "envoy_bootstrap.json"),
  };
}

export function sessionPrograms(programs: PreparedPrograms, istios: readonly IstioModule[]): SessionPrograms {
  return {
    etcd: programs.path("etcd"),
    kubeApiserver: programs.path("kube-apiserver"),
    kubeControllerManager: programs.path("kube-controller-manager"),
    kubeScheduler: programs.path("kube-scheduler"),
    kwok: programs.path("kwok"),
    kwokctl: programs.path("kwokctl"),
    kubectl: programs.path("kubectl"),
    helm: programs.path("helm"),
    istioctl: programs.path("istioctl"),
    istios: istios.map((istio) => istioPrograms(programs, istio)),
    echoServer: programs.path("echo-server"),
    envoy: programs.path("envoy"),
    certManagerController: programs.path("cert-manager-controller"),
    certManagerWebhook: programs.path("cert-manager-webhook"),
    certManagerCainjector: programs.path("cert-manager-cainjector"),
    redirect: programs.path("redirect"),
    networkPolicy: programs.path("network-policy"),
    certificates: programs.path("certificates"),
    kubeletServer: programs.path("kubelet-server"),
  };
}
