import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { describeChart, LocalCharts } from "../../../rehearsal/helm/local-charts";
import { isReachable } from "../../../rehearsal/helm/reachable";
import { run } from "../../../rehearsal/namespace/run-command";
import { cacheFolder } from "../../../rehearsal/programs/cache";
import { findProgram } from "../../../rehearsal/programs/find-program";

const toolsFolder = join(__PROJECT_ROOT__, "rehearsal", "tools");
const helm = (
  await findProgram("helm", { environment: process.env, cache: cacheFolder(process.env), toolsFolder })
)?.path;

// `npm run rehearse -- --tools` prepares it.
describe.skipIf(helm === undefined)("with the real Helm, charts of a repository", () => {
  let folder = "";
  let repository = "";
  const server = createServer((request, response) => {
    try {
      response.end(readFileSync(join(folder, "repository", request.url ?? "")));
    } catch {
      response.writeHead(404).end();
    }
  });

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "istio-cdktf-repository-"));
    const source = join(folder, "base");
    mkdirSync(source);
    writeFileSync(join(source, "Chart.yaml"), "apiVersion: v2\nname: base\nversion: 1.2.3\n");
    await run(helm ?? "", ["package", source, "--destination", join(folder, "repository")]);
    await run(helm ?? "", ["repo", "index", join(folder, "repository")]);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    repository = `http://127.0.0.1:${(server.address() as AddressInfo).port.toString()}`;
  });
  afterAll(() => {
    server.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const charts = () =>
    new LocalCharts({
      helm: helm ?? "",
      run,
      folder: join(folder, "pulled"),
      packaged: () => Promise.resolve({ path: "/kept.tgz", module: "a module" }),
      isReachable,
    });
  const base = () => ({ kind: "repository", repository, chart: "base" }) as const;

  test("are pulled, and said to be from there", async () => {
    const local = charts();
    const { path } = await local.find(base(), "1.2.3");
    expect(await run(helm ?? "", ["show", "chart", path])).toContain("version: 1.2.3");
    expect((await local.all()).map(describeChart)).toEqual([`base 1.2.3: from ${repository}`]);
  });

  test("of a version that it does not have are an error, though another chart could stand in", async () => {
    await expect(charts().find(base(), "9.9.9")).rejects.toThrow(
      `${repository} does not have chart base 9.9.9`,
    );
  });

  test("are replaced by those that rehearsals keep where nobody answers", async () => {
    const local = charts();
    const nobody = { ...base(), repository: "http://127.0.0.1:1" };
    expect((await local.find(nobody, "1.2.3")).path).toBe("/kept.tgz");
    expect((await local.all()).map(describeChart)).toEqual([
      "base 1.2.3: packaged from a module; http://127.0.0.1:1 cannot be reached",
    ]);
  });
});
