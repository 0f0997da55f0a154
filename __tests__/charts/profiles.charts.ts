import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { parse as parseYaml, parseAllDocuments } from "yaml";
import { components } from "../../composition/components/components";
import { mergeValues } from "../../composition/merge-values";
import { composeMesh } from "../../features/compose-mesh";
import { presets } from "../../features/profiles/presets";
import type { Profile } from "../../features/profiles/keys";
import { type ChartName, istioctl, missing, renderRelease } from "../support/charts/pinned-charts";
import { existing, parse } from "../support/environments/environment-files";
import type { KubernetesObject } from "../support/stacks/mesh-json";

// eslint-disable-next-line @typescript-eslint/no-explicit-any
type AnyObject = KubernetesObject & { readonly data?: Readonly<Record<string, string>>; readonly spec?: any };

const profiles = Object.keys(presets) as Profile[];

function objectsIn(text: string): AnyObject[] {
  const all = parseAllDocuments(text).map((document) => document.toJS() as AnyObject | null);
  return all.filter((object) => object !== null);
}

/** What istioctl installs, with the names that the same things have here. */
function ofIstioctl(profile: Profile): AnyObject[] {
  const args = ["manifest", "generate", "--set", `profile=${profile}`];
  const text = execFileSync(istioctl ?? "istioctl", args, { encoding: "utf8", maxBuffer: 64 * 1024 * 1024 });
  return objectsIn(text).map((object) => {
    const name = object.metadata.name
      .replace(/^istio-(in|e)gressgateway/, "istio-$1gress")
      .replace(/^(istio-(?:in|e)gress)-(sds|service-account)$/, "$1");
    return { ...object, metadata: { ...object.metadata, name } };
  });
}

/** What this project installs. */
function ofThisProject(profile: Profile): AnyObject[] {
  const parsed = parse(`${existing}  profile: ${profile}\n`);
  if ("problems" in parsed) throw new Error("the file is not valid");
  const { namespaces, releases } = composeMesh(parsed.environment);
  const made = namespaces.map(({ name }) => ({ apiVersion: "v1", kind: "Namespace", metadata: { name } }));
  return [
    ...made,
    ...releases.flatMap((release): AnyObject[] => {
      if (release.kind === "objects") return [...release.objects] as AnyObject[];
      const chart = components[release.component].chart as ChartName;
      const values =
        release.kind === "chart" ? mergeValues(release.values, release.rawValues) : release.values;
      return objectsIn(renderRelease(chart, values, release));
    }),
  ];
}

const title = ({ kind, metadata }: AnyObject) => `${kind} ${metadata.name}`;

interface Sides {
  readonly istioctl: readonly AnyObject[];
  readonly here: readonly AnyObject[];
}

/** Objects by who installs them under each profile: `both`, `istioctl`, `here` or `-`. */
function rowsOfObjects(sides: ReadonlyMap<Profile, Sides>): string[][] {
  const titles = new Set(
    [...sides.values()].flatMap(({ istioctl, here }) => [...istioctl, ...here].map(title)),
  );
  const grouped = new Map<string, string[]>();
  for (const object of [...titles].sort()) {
    const cells = [...sides.values()].map(({ istioctl, here }) => {
      const found = [istioctl, here].map((side) => side.some((each) => title(each) === object));
      if (found[0] === true) return found[1] === true ? "both" : "istioctl";
      return found[1] === true ? "here" : "-";
    });
    grouped.set(cells.join("|"), [...(grouped.get(cells.join("|")) ?? []), object]);
  }
  return [...grouped].map(([cells, objects]) => [byName(objects), ...cells.split("|")]);
}

/** `istiod (Deployment, Service), istio-cni (ClusterRole)`. */
function byName(titles: readonly string[]): string {
  const kinds = new Map<string, string[]>();
  for (const [kind = "", name = ""] of titles.map((each) => each.split(" "))) {
    kinds.set(name, [...(kinds.get(name) ?? []), kind]);
  }
  return [...kinds].map(([name, each]) => `${name} (${each.join(", ")})`).join(", ");
}

function find(objects: readonly AnyObject[], wanted: string): AnyObject | undefined {
  return objects.find((object) => title(object) === wanted);
}

function pods(objects: readonly AnyObject[], name: string): string {
  const autoscaler = find(objects, `HorizontalPodAutoscaler ${name}`)?.spec;
  if (autoscaler !== undefined) return `${autoscaler.minReplicas} to ${autoscaler.maxReplicas}`;
  const deployment = find(objects, `Deployment ${name}`)?.spec;
  return deployment === undefined ? "-" : String(deployment.replicas ?? 1);
}

function requests(objects: readonly AnyObject[], name: string): string {
  const resources = find(objects, `Deployment ${name}`)?.spec.template.spec.containers[0].resources;
  return resources === undefined ? "-" : `${resources.requests.cpu}, ${resources.requests.memory}`;
}

function proxyRequests(objects: readonly AnyObject[]): string {
  const values = find(objects, "ConfigMap istio-sidecar-injector")?.data?.["values"] ?? "{}";
  const { cpu, memory } = JSON.parse(values).global.proxy.resources.requests as Record<string, string>;
  return `${cpu}, ${memory}`;
}

function accessLog(objects: readonly AnyObject[]): string {
  const mesh = parseYaml(find(objects, "ConfigMap istio")?.data?.["mesh"] ?? "{}") as Record<string, string>;
  return mesh["accessLogFile"] === undefined ? "none" : (mesh["accessLogEncoding"] ?? "TEXT").toLowerCase();
}

function ports(objects: readonly AnyObject[], name: string): string {
  const service = find(objects, `Service ${name}`)?.spec;
  if (service === undefined) return "-";
  const numbers = service.ports.map(({ port }: { port: number }) => port) as number[];
  return `${service.type ?? "ClusterIP"} ${numbers.sort((a, b) => a - b).join(", ")}`;
}

const settings: Readonly<Record<string, (objects: readonly AnyObject[]) => string>> = {
  "pods of istiod": (objects) => pods(objects, "istiod"),
  "requests of istiod": (objects) => requests(objects, "istiod"),
  "requests of a sidecar": proxyRequests,
  "access log": accessLog,
  "pods of the ingress gateway": (objects) => pods(objects, "istio-ingress"),
  "its Service": (objects) => ports(objects, "istio-ingress"),
  "pods of the egress gateway": (objects) => pods(objects, "istio-egress"),
  "Service of the egress gateway": (objects) => ports(objects, "istio-egress"),
};

/** Settings by profile: what both have, or istioctl's and then the project's. */
function rowsOfSettings(sides: ReadonlyMap<Profile, Sides>): string[][] {
  return Object.entries(settings).map(([name, read]) => [
    name,
    ...[...sides.values()].map(({ istioctl, here }) => {
      const [theirs, ours] = [read(istioctl), read(here)];
      return theirs === ours ? theirs : `${theirs} → ${ours}`;
    }),
  ]);
}

/** Rows of the tables of a page, without headings. */
function tableRows(page: string): string[][] {
  return page
    .split("\n")
    .filter((line) => line.startsWith("|") && !/^\|[-| :]*$/.test(line))
    .map((line) =>
      line
        .split("|")
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}

/** For writing the page: `PRINT_PROFILES=1 npx vitest run --project charts __tests__/charts/profiles.charts.ts`. */
function printed(rows: readonly string[][]): string[][] {
  if (process.env["PRINT_PROFILES"]) console.log(rows.map((row) => `| ${row.join(" | ")} |`).join("\n"));
  return [...rows];
}

const page = tableRows(readFileSync(join(__PROJECT_ROOT__, "docs", "profiles.md"), "utf8"));

// How long it takes depends on the machine.
const guardMilliseconds = 300_000;

const isDefinition = ({ kind }: AnyObject) => kind === "CustomResourceDefinition";

describe.skipIf(missing !== undefined || istioctl === undefined)("docs/profiles.md", () => {
  let all: ReadonlyMap<Profile, Sides>;
  let sides: ReadonlyMap<Profile, Sides>;
  beforeAll(() => {
    const both = profiles.map(
      (profile) => [profile, { istioctl: ofIstioctl(profile), here: ofThisProject(profile) }] as const,
    );
    const without = (objects: readonly AnyObject[]) => objects.filter((object) => !isDefinition(object));
    all = new Map(both);
    sides = new Map(
      both.map(([profile, { istioctl, here }]) => [
        profile,
        { istioctl: without(istioctl), here: without(here) },
      ]),
    );
  }, guardMilliseconds);

  test("has every object that a profile installs, here and by istioctl", () => {
    const rows = printed(rowsOfObjects(sides));
    expect(rows.length).toBeGreaterThan(3);
    expect(page.slice(0, rows.length + 1)).toEqual([["object", ...profiles], ...rows]);
  });

  test("has what is set otherwise, and nothing beside", () => {
    const rows = printed(rowsOfSettings(sides));
    expect(page.slice(-rows.length - 1)).toEqual([["setting", ...profiles], ...rows]);
    expect(page).toHaveLength(rowsOfObjects(sides).length + rows.length + 2);
  });

  test.each(profiles)("speaks of the definitions that both install: %s", (profile) => {
    const [theirs, ours] = Object.values(all.get(profile) ?? {}).map((side) =>
      side.filter(isDefinition).map(title).sort(),
    );
    expect(theirs).toHaveLength(15);
    expect(ours).toEqual(theirs);
  });
});
