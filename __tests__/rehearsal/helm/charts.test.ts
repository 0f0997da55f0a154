import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { chartArguments, chartTitle } from "../../../rehearsal/helm/chart-arguments";
import { findHelm } from "../../../rehearsal/helm/find-helm";
import { LocalCharts } from "../../../rehearsal/helm/local-charts";
import { type Answer, failed, fakeCommands } from "../fake-commands";

const folder = mkdtempSync(join(tmpdir(), "istio-cdktf-charts-test-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const oci = { kind: "repository", repository: "oci://example.test/charts", chart: "base" } as const;
const http = { kind: "repository", repository: "https://example.test", chart: "base" } as const;
const asset = { kind: "asset", path: "/stacks/a-mesh/assets/chart-base/1a2b/base-1.2.3.tgz" } as const;

test("a chart is named to Helm by where it is", () => {
  expect(chartArguments(oci, "1.2.3")).toEqual(["oci://example.test/charts/base", "--version", "1.2.3"]);
  expect(chartArguments(http, "1.2.3")).toEqual([
    "base",
    "--repo",
    "https://example.test",
    "--version",
    "1.2.3",
  ]);
  expect(chartArguments(asset, "1.2.3")).toEqual([asset.path]);
});

test("a chart is named to a person without hashes and paths", () => {
  expect([oci, http, asset].map((chart) => chartTitle(chart, "1.2.3"))).toEqual(Array(3).fill("base 1.2.3"));
});

describe("charts on this machine", () => {
  const substitutes: string[] = [];
  const charts = (answer: Answer, kept?: string) => {
    const { run, calls } = fakeCommands(answer);
    const scratch = mkdtempSync(join(folder, "pulled-"));
    const options = { helm: "helm", run, folder: scratch, packaged: () => Promise.resolve(kept) };
    return { local: new LocalCharts({ ...options, onSubstitute: (text) => substitutes.push(text) }), calls };
  };
  const pulls: Answer = ({ line }) => {
    const destination = line.split(" --destination ")[1] ?? "";
    writeFileSync(join(destination, "base-1.2.3.tgz"), "");
    return "";
  };
  const unreachable: Answer = ({ line }) => {
    throw failed(line, "no such host");
  };

  test("are pulled once, however many releases have them", async () => {
    const { local, calls } = charts(pulls);
    const paths = await Promise.all([local.path(oci, "1.2.3"), local.path(oci, "1.2.3")]);
    expect(new Set(paths).size).toBe(1);
    expect(paths[0]).toMatch(/base-1\.2\.3\.tgz$/);
    expect(calls).toHaveLength(1);
  });

  test("that are assets are taken as they are", async () => {
    const { local, calls } = charts(unreachable);
    expect(await local.path(asset, "1.2.3")).toBe(asset.path);
    expect(calls).toHaveLength(0);
  });

  test("are those that rehearsals keep where a registry cannot be reached, and it is said", async () => {
    const { local } = charts(unreachable, "/cache/base-1.2.3.tgz");
    expect(await local.path(oci, "1.2.3")).toBe("/cache/base-1.2.3.tgz");
    expect(substitutes).toEqual([
      "oci://example.test/charts cannot be reached; chart base 1.2.3 is the one that rehearsals use",
    ]);
  });

  test("that nobody has are an error that says what to do", async () => {
    const { local } = charts(unreachable);
    await expect(local.path(http, "1.2.3")).rejects.toThrow(
      "chart base 1.2.3 is not to be had from https://example.test; where it cannot be reached, name a folder of packaged charts: ISTIO_CDKTF_CHARTS_DIRECTORY=<folder>",
    );
  });
});

describe("Helm", () => {
  const program = (name: string) => {
    const bin = mkdtempSync(join(folder, name));
    writeFileSync(join(bin, "helm"), "", { mode: 0o755 });
    return bin;
  };
  const old = program("old");
  const current = program("current");
  const cached = () => Promise.resolve<string | undefined>("/cache/helm");
  const none = () => Promise.resolve(undefined);
  const find = (environment: NodeJS.ProcessEnv, places = none as () => Promise<string | undefined>) =>
    findHelm({
      environment,
      run: (command) => Promise.resolve(command.startsWith(old) ? "v3.12.0\n" : "v3.18.6"),
      cached: places,
    });

  test("is the program that HELM names, before all others", async () => {
    const named = join(program("named"), "helm");
    expect(await find({ HELM: named, PATH: current }, cached)).toBe(named);
  });

  test("is the first on the PATH whose version fits", async () => {
    expect(await find({ PATH: `${old}:${current}` }, cached)).toBe(join(current, "helm"));
  });

  test("is the rehearsal's where the PATH has none that fits", async () => {
    expect(await find({ PATH: old }, cached)).toBe("/cache/helm");
  });

  test("is asked for where there is none, with what was found", async () => {
    await expect(find({ PATH: old })).rejects.toThrow(
      `Helm 3.18 or a later 3.x is needed, and ${join(old, "helm")} is v3.12.0; install it`,
    );
    await expect(find({ PATH: "" })).rejects.toThrow("there is none on the PATH");
  });

  test.each([
    ["no program", { HELM: "/nowhere/helm" }, "HELM names /nowhere/helm, which is no program"],
    ["too old", { HELM: join(old, "helm") }, "HELM names Helm v3.12.0; 3.18 or a later 3.x is needed"],
  ])("that HELM names and that is %s is an error", async (_, environment, message) => {
    await expect(find(environment)).rejects.toThrow(message);
  });
});
