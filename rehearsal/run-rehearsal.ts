import { join } from "node:path";

import type { RehearseOptions } from "./command-line";
import { packageKeptChart } from "./helm/kept-charts";
import { describeChart, LocalCharts } from "./helm/local-charts";
import { isReachable } from "./helm/reachable";
import { allowedNamespaces, requireRedirection } from "./namespace/namespaces";
import { run } from "./namespace/run-command";
import { kubernetesVersion } from "./programs/catalogue";
import { requireSpace } from "./programs/disk-space";
import type { ProgramPlaces } from "./programs/find-program";
import { type IstioModule, type IstioPrograms, istiosFor, newestIstio } from "./programs/istio";
import { type PreparedPrograms, preparePrograms } from "./programs/prepare";
import type { Progress } from "./programs/progress";
import { type Kept, type Report, renderReport } from "./report/report";
import { follow } from "./session/follow";
import { enterCommand, kubeconfigOf, shellFolders } from "./session/kept-sessions";
import type { DeployPlan, SessionPlan, SessionPrograms } from "./session/messages";
import { RunFolder } from "./session/run-folder";

/** Around every rehearsal, of one environment or of a mesh. */
export interface RehearsalSurroundings {
  readonly options: RehearseOptions;
  readonly progress: Progress;
  readonly places: ProgramPlaces;
}

/** What is rehearsed. */
export interface RehearsalSubject {
  /** Of the environment, or of the mesh. */
  readonly name: string;
  /** Releases of Istio that are to run. */
  readonly releases: readonly string[];
  /** Programs beside those of every rehearsal. */
  readonly also: readonly string[];
  readonly clusterCount: number;
}

/** What is there before anything is synthesized. */
export interface Prerequisites {
  readonly programs: PreparedPrograms;
  readonly runFolder: RunFolder;
  readonly kubeconfigPath: string;
  readonly charts: LocalCharts;
  /** Where Terraform's providers are kept from one rehearsal to the next. */
  readonly providerCache: string;
}

/** What a rehearsal deploys and proves, and what its report says of that. */
export interface PreparedRehearsal {
  readonly plan: Pick<SessionPlan, "deploy" | "mtls" | "hasGateway"> & Partial<SessionPlan>;
  /** As the report calls what was rehearsed. */
  readonly title: string;
  /** How it is deployed, in words. */
  readonly deployment: string;
  readonly replacements: readonly string[];
}

// etcd's files and the pods' take 140 to 170, logs of a failed one more.
const runMegabytes = 300;

/** How a report calls the way that all but a machine without providers goes. */
export const byTerraform = "deployed by Terraform with the helm and kubernetes providers";

/** Rehearses what is prepared meanwhile, from its programs to its report; resolves to the exit status. */
export async function runRehearsal(
  { options, progress, places }: RehearsalSurroundings,
  { name, releases, also, clusterCount }: RehearsalSubject,
  prepare: (there: Prerequisites) => Promise<PreparedRehearsal>,
): Promise<number> {
  const istios = istiosFor(releases);
  const kind = await allowedNamespaces();
  const programs = await preparePrograms({
    ...places,
    progress,
    downloads: options.downloads,
    also: [...istios.modules.map(({ part }) => part), ...also],
  });
  await requireRedirection(kind, programs.path("redirect"));
  requireSpace("for a rehearsal", [{ folder: places.cache, megabytes: runMegabytes * clusterCount }]);
  const keep = options.keep === true;
  const record = { environment: name, startedAt: new Date().toISOString(), kept: keep };
  const runFolder = RunFolder.create(places.cache, record);
  const kubeconfigPath = kubeconfigOf(runFolder);
  try {
    const charts = localCharts(programs.path("helm"), runFolder, places, options.downloads);
    const providerCache = join(places.cache, "terraform-providers");
    const prepared = await prepare({ programs, runFolder, kubeconfigPath, charts, providerCache });
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
      smokeBundle: smokeRunner,
      keep,
      ...prepared.plan,
    };
    const { steps, outcome, stopped } = await follow(plan, runFolder, kind, progress);
    const kept = keep && outcome?.ok === true;
    const report: Report = {
      environment: prepared.title,
      ok: outcome?.ok === true,
      stopped,
      deployment: prepared.deployment,
      ...(istios.replaced.length === 0
        ? {}
        : { otherIstio: { asked: istios.replaced, runs: newestIstio.minor } }),
      namespaces: kind.title,
      programs: programs.summary,
      charts: await chartLines(charts),
      replacements: prepared.replacements,
      steps,
      outcome,
      logs: runFolder.logs,
      ...(kept ? { kept: describeKept(runFolder, prepared.plan.deploy, programs) } : {}),
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

/** Charts from the environment's repositories, or from the pinned modules where those cannot be reached. */
function localCharts(
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

async function chartLines(charts: LocalCharts): Promise<readonly string[]> {
  const lines = (await charts.all()).map(describeChart);
  return lines.length > 0 ? lines : ["all from the folder of packaged charts that the environment names"];
}

function describeKept(folder: RunFolder, { stackFolder }: DeployPlan, programs: PreparedPrograms): Kept {
  const record = folder.read();
  if (record === undefined) throw new Error(`${folder.path} has no record`);
  return {
    kubeconfig: kubeconfigOf(folder),
    enter: enterCommand({ folder, record }).join(" "),
    stack: stackFolder,
    path: shellFolders(programs),
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

function sessionPrograms(programs: PreparedPrograms, istios: readonly IstioModule[]): SessionPrograms {
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
