import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";

/** Charts that the project pins, and where their folder lies in the Go modules that hold them. */
const folders = {
  base: "istio.io/istio@*/manifests/charts/base",
  cni: "istio.io/istio@*/manifests/charts/istio-cni",
  ztunnel: "istio.io/istio@*/manifests/charts/ztunnel",
  istiod: "istio.io/istio@*/manifests/charts/istio-control/istio-discovery",
  gateway: "istio.io/istio@*/manifests/charts/gateway",
  "cert-manager": "github.com/cert-manager/cert-manager@*/deploy/charts/cert-manager",
} as const;

export type ChartName = keyof typeof folders;

const { env } = process;
const cache =
  env["REHEARSAL_CACHE"] ?? join(env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "istio-cdktf");
const goModules = env["GOMODCACHE"] ?? join(env["GOPATH"] ?? join(homedir(), "go"), "pkg", "mod");

/** Paths below a folder whose steps fit a pattern, in which `*` stands for any part of a name; in order. */
function matching(folder: string, pattern: string): string[] {
  return pattern.split("/").reduce<string[]>(
    (found, step) => {
      const [before = "", after = ""] = step.split("*");
      const fits = (name: string) =>
        step.includes("*") ? name.startsWith(before) && name.endsWith(after) : name === step;
      return found.filter(isDirectory).flatMap((path) =>
        readdirSync(path)
          .filter(fits)
          .sort()
          .map((name) => join(path, name)),
      );
    },
    [folder],
  );
}

function isDirectory(path: string): boolean {
  return existsSync(path) && statSync(path).isDirectory();
}

/** `HELM`, the one that a rehearsal built, or the one on the PATH. */
function findHelm(): string | undefined {
  const candidates = [env["HELM"] ?? "", ...matching(cache, "tools/helm-*/helm"), "helm"];
  return candidates.find((path) => path !== "" && spawnSync(path, ["version"]).status === 0);
}

/** The istioctl that a rehearsal built from the module that the charts are of, or undefined. */
export const istioctl: string | undefined = matching(cache, "tools/istio-1.*/istioctl")
  .filter((path) => spawnSync(path, ["version", "--remote=false"]).status === 0)
  .at(-1);

/** The newest folder of a chart that a rehearsal keeps, or that the Go module cache holds. */
function findChart(name: ChartName): string | undefined {
  const kept = matching(cache, `tools/*/charts/${name}`);
  const ofModules = matching(goModules, folders[name]);
  return [...ofModules, ...kept].filter((path) => existsSync(join(path, "Chart.yaml"))).at(-1);
}

const helm = findHelm();

/** Why charts cannot be rendered here, or undefined. */
export const missing: string | undefined =
  helm === undefined
    ? "no helm: set HELM, or run a rehearsal, which builds one"
    : (Object.keys(folders) as ChartName[])
        .filter((name) => findChart(name) === undefined)
        .map((name) => `no chart ${name}: run a rehearsal, which downloads it`)[0];

/** Folder of a chart. */
export function chartFolder(name: ChartName): string {
  const folder = findChart(name);
  if (folder === undefined) throw new Error(missing);
  return folder;
}

/** Names of the fields of Istio's MeshConfig and of what it nests, from the newest API module that Go has here. */
export const meshConfigFields: ReadonlySet<string> | undefined = matching(
  goModules,
  "istio.io/api@*/mesh/v1alpha1/config.proto",
)
  .slice(-1)
  .map((path) => {
    const fields = readFileSync(path, "utf8").matchAll(/^ +[\w.<>, ]+ (\w+) = \d+/gm);
    return new Set([...fields].map(([, field = ""]) => camelCase(field)));
  })[0];

function camelCase(name: string): string {
  return name.replaceAll(/_(\w)/g, (_match, letter: string) => letter.toUpperCase());
}

/** Which release of a chart it is. */
export interface RenderedRelease {
  readonly name: string;
  readonly namespace: string;
}

const anyRelease: RenderedRelease = { name: "istio-release", namespace: "somewhere" };

const rendered = new Map<string, string>();

/** What a chart makes of values, without the values that it writes down unread. */
export function render(chart: ChartName, values: object): string {
  return withoutDumps(renderRelease(chart, values, anyRelease));
}

/** Everything that a release of a chart installs. */
export function renderRelease(chart: ChartName, values: object, release: RenderedRelease): string {
  const text = stringify(values, { version: "1.1" });
  const key = `${chart} ${release.namespace}/${release.name}\n${text}`;
  const known = rendered.get(key) ?? renderOnce(chart, text, release);
  rendered.set(key, known);
  return known;
}

function renderOnce(chart: ChartName, values: string, { name, namespace }: RenderedRelease): string {
  const directory = mkdtempSync(join(tmpdir(), "istio-cdktf-charts-"));
  try {
    const file = join(directory, "values.yaml");
    writeFileSync(file, values);
    const args = ["template", name, chartFolder(chart), "--namespace", namespace, "--values", file];
    const { status, stdout, stderr } = spawnSync(helm ?? "helm", [...args, "--kube-version", "1.35.0"], {
      encoding: "utf8",
      maxBuffer: 64 * 1024 * 1024,
    });
    if (status !== 0) throw new Error(stderr);
    return stdout;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/**
 * Leaves out where chart istiod repeats its values unread: the ConfigMap `values` has all of them, and the one of the
 * injector those below `global`, so that there a misspelt key would seem to do something.
 */
function withoutDumps(manifests: string): string {
  return manifests
    .split(/^---$/m)
    .filter((document) => !/^ {2}name: values$/m.test(document))
    .map((document) =>
      /^ {2}name: istio-sidecar-injector$/m.test(document)
        ? document.replace(/^ {2}values: [\s\S]*?(?=^ {2}\w)/m, "")
        : document,
    )
    .join("---");
}
