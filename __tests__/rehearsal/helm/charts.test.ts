import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { chartArguments, chartTitle } from "../../../rehearsal/helm/chart-arguments";
import { findHelm } from "../../../rehearsal/helm/find-helm";
import { describeChart, LocalCharts } from "../../../rehearsal/helm/local-charts";
import { isReachable, probeAddress } from "../../../rehearsal/helm/reachable";
import { type Answer, failed, fakeCommands } from "../../support/rehearsal/fake-commands";

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
  const online = () => Promise.resolve(true);
  const offline = () => Promise.resolve(false);
  interface Given {
    readonly kept?: boolean;
    readonly isReachable?: (repository: string) => Promise<boolean>;
  }
  const charts = (answer: Answer, { kept = false, isReachable = online }: Given = {}) => {
    const { run, calls } = fakeCommands(answer);
    const packaged = () =>
      Promise.resolve(
        kept ? { path: "/cache/base-1.2.3.tgz", module: "Istio 1.2 (commit 1a2b)" } : undefined,
      );
    const scratch = mkdtempSync(join(folder, "pulled-"));
    return {
      local: new LocalCharts({ helm: "helm", run, folder: scratch, packaged, isReachable }),
      calls,
      scratch,
    };
  };
  const pulls: Answer = ({ line }) => {
    const destination = line.split(" --destination ")[1] ?? "";
    writeFileSync(join(destination, "base-1.2.3.tgz"), "");
    return "";
  };
  const refuses =
    (words: string): Answer =>
    ({ line }) => {
      throw failed(line, words);
    };
  const lines = async (local: LocalCharts) => (await local.all()).map(describeChart);

  test("are pulled once, however many releases have them", async () => {
    const { local, calls } = charts(pulls);
    const found = await Promise.all([local.find(oci, "1.2.3"), local.find(oci, "1.2.3")]);
    expect(new Set(found.map(({ path }) => path)).size).toBe(1);
    expect(found[0]?.path).toMatch(/base-1\.2\.3\.tgz$/);
    expect(calls).toHaveLength(1);
    expect(await lines(local)).toEqual(["base 1.2.3: from oci://example.test/charts"]);
  });

  test("that are assets are taken as they are", async () => {
    const { local, calls } = charts(pulls);
    expect((await local.find(asset, "1.2.3")).path).toBe(asset.path);
    expect(calls).toHaveLength(0);
  });

  test("are those that rehearsals keep where a registry cannot be reached, and it is said", async () => {
    const { local, calls } = charts(pulls, { kept: true, isReachable: offline });
    expect((await local.find(oci, "1.2.3")).path).toBe("/cache/base-1.2.3.tgz");
    expect(calls).toHaveLength(0);
    expect(await lines(local)).toEqual([
      "base 1.2.3: packaged from Istio 1.2 (commit 1a2b); oci://example.test/charts cannot be reached",
    ]);
  });

  test("are asked for once per registry, not once per chart", async () => {
    const asked: string[] = [];
    const isReachable = (repository: string) => {
      asked.push(repository);
      return offline();
    };
    const { local } = charts(pulls, { kept: true, isReachable });
    await Promise.all([oci, { ...oci, chart: "cni" }, http].map((chart) => local.find(chart, "1.2.3")));
    expect(asked).toEqual([oci.repository, http.repository]);
  });

  test("that were pulled earlier come before those that rehearsals keep", async () => {
    const { local: first, scratch } = charts(pulls);
    const { path } = await first.find(oci, "1.2.3");
    const { run } = fakeCommands(pulls);
    const packaged = () => Promise.reject(new Error("nothing is to be packaged"));
    const local = new LocalCharts({ helm: "helm", run, folder: scratch, packaged, isReachable: offline });
    expect((await local.find(oci, "1.2.3")).path).toBe(path);
    expect(await lines(local)).toEqual([
      "base 1.2.3: from oci://example.test/charts, pulled earlier; now oci://example.test/charts cannot be reached",
    ]);
  });

  test("are those that rehearsals keep where a registry refuses, with its words", async () => {
    const { local } = charts(refuses("Error: 429 Too Many Requests"), { kept: true });
    await local.find(http, "1.2.3");
    expect((await lines(local)).join()).toContain("did not give it (429 Too Many Requests)");
  });

  test("that a repository does not have are an error, as they would be for a deployment", async () => {
    const words = 'Error: chart "base" version "1.2.3" not found in https://example.test repository';
    const { local } = charts(refuses(words), { kept: true });
    await expect(local.find(http, "1.2.3")).rejects.toThrow(
      "https://example.test does not have chart base 1.2.3",
    );
  });

  test("that nobody has are an error that says what to do", async () => {
    const { local } = charts(pulls, { isReachable: offline });
    await expect(local.find(http, "1.2.3")).rejects.toThrow(
      "chart base 1.2.3 is not to be had: https://example.test cannot be reached. Name a repository that can be reached (charts.source), or a folder of packaged charts: ISTIO_CDKTF_CHARTS_DIRECTORY=<folder>",
    );
  });
});

describe("a chart repository", () => {
  test("is asked at an address that every one of its kind has", () => {
    expect(probeAddress("oci://ghcr.io/istio/release/charts")).toBe("https://ghcr.io/v2/");
    expect(probeAddress("https://example.test/charts/")).toBe("https://example.test/charts/index.yaml");
  });

  test("is reachable when its host says anything at all", async () => {
    const server = createServer((_, response) => response.writeHead(403).end());
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = `http://127.0.0.1:${(server.address() as AddressInfo).port.toString()}`;
    expect(await isReachable(address)).toBe(true);
    await new Promise((resolve) => server.close(resolve));
    expect(await isReachable(address)).toBe(false);
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
