import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { packageKeptChart } from "../../../rehearsal/helm/kept-charts";
import { PartCache } from "../../../rehearsal/programs/cache";
import { parts } from "../../../rehearsal/programs/catalogue";
import { fakeCommands } from "../../support/rehearsal/fake-commands";

const cache = mkdtempSync(join(tmpdir(), "istio-cdktf-kept-charts-"));
afterAll(() => rmSync(cache, { recursive: true, force: true }));

const toolsFolder = join(__PROJECT_ROOT__, "rehearsal", "tools");
const places = { environment: {}, cache, toolsFolder };
const part = parts.find(({ keep }) => keep?.module === "github.com/cert-manager/cert-manager");
if (part === undefined) throw new Error("no part keeps cert-manager's chart");
const [major = "", minor = ""] = part.version.split(".");

describe("a chart that rehearsals keep", () => {
  beforeAll(async () => {
    await new PartCache(cache, toolsFolder, part).fill((folder) => {
      const chart = join(folder, "charts", "cert-manager");
      mkdirSync(chart, { recursive: true });
      writeFileSync(join(chart, "Chart.yaml"), "name: cert-manager\n");
      return Promise.resolve();
    });
  });
  const target = join(cache, "packaged");
  const packaged = async (name: string, version: string, anyVersion = false) => {
    const { run, calls } = fakeCommands(() => "");
    const options = { helm: "helm", run, target, places, anyVersion };
    const chart = await packageKeptChart({ name, version }, options);
    return { chart, lines: calls.map(({ line }) => line) };
  };

  test("is packaged under the version that is asked for", async () => {
    const version = `v${major}.${minor}.9`;
    const { chart, lines } = await packaged("cert-manager", version);
    const path = join(target, `cert-manager-${version}.tgz`);
    expect(chart).toEqual({ path, module: `${part.name} ${part.version}` });
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain(`--version ${version} --app-version ${version} --destination ${target}`);
  });

  const otherMinor = `v${major}.${String(Number(minor) - 1)}.0`;

  test("does not stand in for another minor version, nor for another chart", async () => {
    expect(await packaged("cert-manager", otherMinor)).toEqual({ chart: undefined, lines: [] });
    expect(await packaged("trust-manager", `v${part.version}`)).toEqual({ chart: undefined, lines: [] });
  });

  test("stands in for another minor version in a rehearsal, whose programs are of one version, too", async () => {
    const { chart } = await packaged("cert-manager", otherMinor, true);
    expect(chart?.path).toBe(join(target, `cert-manager-${otherMinor}.tgz`));
  });

  test("is that of the minor version that is asked for, where two are kept", async () => {
    const keepers = parts.filter(({ keep }) => keep?.files["manifests/charts/gateway"] !== undefined);
    expect(keepers.length).toBeGreaterThan(1);
    for (const keeper of keepers) {
      await new PartCache(cache, toolsFolder, keeper).fill((folder) => {
        const chart = join(folder, "charts", "gateway");
        mkdirSync(chart, { recursive: true });
        writeFileSync(join(chart, "values.yaml"), `tag: latest\nof: ${keeper.version} # tag: latest\n`);
        return Promise.resolve();
      });
    }
    for (const keeper of keepers) {
      const { chart, lines } = await packaged("gateway", `${keeper.version}.9`, true);
      expect(chart?.module).toContain(`${keeper.name} ${keeper.version} `);
      // As in a release, the tag of its images says which version they are.
      const packagedFolder = lines[0]?.split(" ")[2] ?? "";
      expect(readFileSync(join(packagedFolder, "values.yaml"), "utf8")).toBe(
        `tag: ${keeper.version}.9\nof: ${keeper.version} # tag: latest\n`,
      );
    }
  });
});
