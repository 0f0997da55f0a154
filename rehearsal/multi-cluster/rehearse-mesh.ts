import { join } from "node:path";

import { revisionsOf } from "../../config/mesh/revisions";
import type { RehearseOptions } from "../command-line";
import { allowedNamespaces, requireRedirection } from "../namespace/namespaces";
import { run } from "../namespace/run-command";
import { kubernetesVersion } from "../programs/catalogue";
import { requireSpace } from "../programs/disk-space";
import type { ProgramPlaces } from "../programs/find-program";
import { istiosFor, newestIstio } from "../programs/istio";
import { preparePrograms } from "../programs/prepare";
import type { Progress } from "../programs/progress";
import { chartLines, describeKept, localCharts, runMegabytes, sessionPrograms } from "../rehearse";
import { type Report, renderReport } from "../report/report";
import { follow } from "../session/follow";
import { kubeconfigOf } from "../session/kept-sessions";
import type { SessionPlan } from "../session/messages";
import { RunFolder } from "../session/run-folder";
import { whilePreparing } from "../session/while-preparing";
import { memberFolder, prepareMesh, readMesh, requireAddresses } from "./prepare-mesh";

export interface RehearseMeshRequest {
  readonly mesh: string;
  readonly options: RehearseOptions;
  readonly progress: Progress;
  readonly places: ProgramPlaces;
}

/** Rehearses a mesh over several clusters from its file to the report; resolves to the exit status. */
export async function rehearseMesh(request: RehearseMeshRequest): Promise<number> {
  const { mesh: name, options, progress, places } = request;
  const rehearsed = readMesh(name, new Date());
  requireAddresses(rehearsed);
  const releases = rehearsed.environments.flatMap(({ mesh }) => revisionsOf(mesh));
  const istios = istiosFor(releases.map(({ istioVersion }) => istioVersion));
  const kind = await allowedNamespaces();
  const programs = await preparePrograms({
    ...places,
    progress,
    downloads: options.downloads,
    also: istios.modules.map(({ part }) => part),
  });
  await requireRedirection(kind, programs.path("redirect"));
  const megabytes = runMegabytes * rehearsed.environments.length;
  requireSpace("for a rehearsal", [{ folder: places.cache, megabytes }]);
  const record = { environment: name, startedAt: new Date().toISOString(), kept: options.keep === true };
  const runFolder = RunFolder.create(places.cache, record);
  const kubeconfigPath = kubeconfigOf(runFolder);
  const kubeconfigPaths = rehearsed.environments.map(({ name: member }, index) =>
    index === 0
      ? kubeconfigPath
      : join(memberFolder(runFolder.path, member), "control-plane", "kubeconfig.yaml"),
  );
  try {
    const charts = localCharts(programs.path("helm"), runFolder, places, options.downloads);
    const { plan: mesh, replacements } = await whilePreparing(runFolder, () =>
      progress.during("synthesis and terraform init", () =>
        prepareMesh({
          ...rehearsed,
          folder: runFolder.path,
          kubeconfigPaths,
          charts,
          providerCache: join(places.cache, "terraform-providers"),
          terraform: programs.path("terraform"),
        }),
      ),
    );
    const smokeRunner = [process.execPath, join(__PROJECT_ROOT__, "run.mjs"), "smoke/main.ts"];
    await run(process.execPath, [...smokeRunner.slice(1), "--help"]);
    const [first] = mesh.members;
    if (first === undefined) throw new Error(`${name} has no members`);
    const plan: SessionPlan = {
      environment: name,
      folder: runFolder.path,
      logs: runFolder.logs,
      controlSocket: runFolder.controlSocket,
      kubeconfigPath,
      kubernetesVersion,
      programs: sessionPrograms(programs, istios.modules),
      deploy: first.deploy,
      mesh,
      smokeBundle: smokeRunner,
      mtls: first.mtls,
      hasGateway: true,
      keep: options.keep === true,
    };
    const { steps, outcome, stopped } = await follow(plan, runFolder, kind, progress);
    const kept = options.keep === true && outcome?.ok === true;
    const report: Report = {
      environment: `${name}, ${mesh.members.map(({ environment }) => environment).join(" and ")}`,
      ok: outcome?.ok === true,
      stopped,
      deployment: "deployed by Terraform with the helm and kubernetes providers",
      ...(istios.replaced.length === 0
        ? {}
        : { otherIstio: { asked: istios.replaced, runs: newestIstio.minor } }),
      namespaces: kind.title,
      programs: programs.summary,
      charts: await chartLines(charts),
      replacements,
      steps,
      outcome,
      logs: runFolder.logs,
      ...(kept ? { kept: describeKept(runFolder, first.deploy, programs) } : {}),
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
