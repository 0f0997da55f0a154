import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Command, CommanderError } from "commander";
import { run } from "../rehearsal/namespace/run-command";
import { request } from "../rehearsal/programs/web";
import { exitStatus } from "../smoke/exit-status";
import {
  type MatrixCalendar,
  type MatrixPart,
  readOn,
  unansweredOn,
  type Updated,
  withPatches,
  withPublished,
} from "./matrix";
import {
  aksReleases,
  certManagerReleases,
  eksReleases,
  istioReleases,
  kubernetesReleases,
  newestPatches,
} from "./published";

interface Matrix {
  istio: MatrixCalendar & { patches: MatrixPart };
  certManager: MatrixCalendar & { patches: MatrixPart };
  kubernetes: Record<"upstream" | "eks" | "aks", MatrixCalendar>;
}

const path = join(__PROJECT_ROOT__, "config", "compatibility", "compatibility.json");

/** The sources behind the pages that the matrix names, in a form that a program reads. */
const raw = "https://raw.githubusercontent.com";
const texts = {
  istio: `${raw}/istio/istio.io/master/data/compatibility/supportStatus.yml`,
  certManager: `${raw}/cert-manager/website/master/content/docs/releases/README.md`,
  upstream: `${raw}/kubernetes/website/main/data/releases/schedule.yaml`,
  eks: `${raw}/awsdocs/amazon-eks-user-guide/mainline/latest/ug/versioning/kubernetes-versions.adoc`,
  aks: `${raw}/MicrosoftDocs/azure-aks-docs/main/articles/aks/supported-kubernetes-versions.md`,
};

const command = new Command("npm run calendars --")
  .description(
    "Reads again who supports what until when, and writes config/compatibility/compatibility.json.",
  )
  .option("--check", "say what would change, and write nothing")
  .addHelpText(
    "after",
    `
Sources:
${Object.values(texts)
  .map((url) => `  ${url}`)
  .join("\n")}
  the lists of versions that the matrix names, for patches

A source that does not answer leaves its part as it is, with the day on which it was asked. A new minor version of Istio
or cert-manager is named and not added: the Gateway API that it needs is in no calendar.

Exit status: 0 written, or with --check nothing to write, 1 with --check something to write, 2 wrong usage, 3 a source
did not answer or has another form than is known here.`,
  );

const answerTimeoutMilliseconds = 15_000;

async function read(url: string): Promise<string> {
  const response = await request(url, answerTimeoutMilliseconds);
  if (!response.ok) throw new Error(`it answers ${response.status.toString()}`);
  return await response.text();
}

/** Prints what came of each source, and remembers whether all answered. */
class Reading {
  public silent = 0;
  public changed = 0;

  public constructor(private readonly today: string) {}

  public async update<T extends MatrixPart>(
    name: string,
    url: string,
    part: T,
    use: (text: string) => Updated<T>,
  ): Promise<T> {
    try {
      const { part: updated, changes, missing } = use(await read(url));
      this.changed += changes.length;
      for (const change of changes) process.stdout.write(`${name}: ${change}\n`);
      for (const minor of missing) {
        process.stdout.write(
          `${name}: ${minor} is published and not in the matrix; add it when it is released, with what it needs\n`,
        );
      }
      if (changes.length + missing.length === 0) process.stdout.write(`${name}: as in the matrix\n`);
      return readOn(updated, this.today);
    } catch (error) {
      this.silent += 1;
      const { message, cause } = error as Error;
      const reason = cause instanceof Error ? `${message}: ${cause.message}` : message;
      process.stdout.write(`${name}: not read, ${url}: ${reason}\n`);
      return unansweredOn(part, this.today);
    }
  }
}

async function updateProject<T extends MatrixCalendar & { patches: MatrixPart }>(
  reading: Reading,
  name: string,
  url: string,
  project: T,
  parse: typeof istioReleases,
): Promise<T> {
  const calendar = await reading.update(name, url, project, (text) =>
    withPublished(project, parse(text), false),
  );
  let releases = calendar.releases;
  const patches = await reading.update(
    `${name}'s patches`,
    project.patches.source,
    project.patches,
    (text) => {
      const { part, changes, missing } = withPatches(calendar, newestPatches(text));
      releases = part.releases;
      return { part: project.patches, changes, missing };
    },
  );
  return { ...calendar, patches, releases };
}

async function main(): Promise<number> {
  try {
    command.exitOverride().parse();
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? exitStatus.passed : exitStatus.wrongInput;
  }
  const { check = false } = command.opts<{ check?: true }>();
  const before = JSON.parse(readFileSync(path, "utf8")) as Matrix;
  const reading = new Reading(new Date().toISOString().slice(0, 10));
  const { upstream, eks, aks } = before.kubernetes;
  const matrix: Matrix = {
    ...before,
    istio: await updateProject(reading, "Istio", texts.istio, before.istio, istioReleases),
    certManager: await updateProject(
      reading,
      "cert-manager",
      texts.certManager,
      before.certManager,
      certManagerReleases,
    ),
    kubernetes: {
      upstream: await reading.update("Kubernetes", texts.upstream, upstream, (text) =>
        withPublished(upstream, kubernetesReleases(text), true),
      ),
      eks: await reading.update("EKS", texts.eks, eks, (text) => withPublished(eks, eksReleases(text), true)),
      aks: await reading.update("AKS", texts.aks, aks, (text) => withPublished(aks, aksReleases(text), true)),
    },
  };
  if (!check) {
    writeFileSync(path, JSON.stringify(matrix, null, 2));
    const prettier = join(__PROJECT_ROOT__, "node_modules", "prettier", "bin", "prettier.cjs");
    await run(process.execPath, [prettier, "--write", path], { cwd: __PROJECT_ROOT__ });
  }
  if (reading.silent > 0) return exitStatus.timeRanOut;
  return check && reading.changed > 0 ? exitStatus.failed : exitStatus.passed;
}

void main().then((status) => {
  process.exitCode = status;
});
