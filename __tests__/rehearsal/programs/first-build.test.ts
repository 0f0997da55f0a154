import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { Writable } from "node:stream";

import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { parts } from "../../../rehearsal/programs/catalogue";
import { preparePrograms } from "../../../rehearsal/programs/prepare";
import { Progress } from "../../../rehearsal/programs/progress";
import { withPath } from "../../support/rehearsal/path-with";

describe("a first rehearsal, where every program is built", () => {
  let folder = "";
  let lines: string[] = [];

  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval", "Date"] });
    lines = [];
    folder = mkdtempSync(join(tmpdir(), "rehearsal-first-"));
    for (const { keep } of parts) {
      for (const path of Object.keys(keep?.files ?? {})) {
        mkdirSync(dirname(join(folder, "module", path)), { recursive: true });
        writeFileSync(join(folder, "module", path), "of the module");
      }
    }
    writeFileSync(join(folder, "envoy"), "", { mode: 0o755 });
    execFileSync("mkfifo", [gate("kube-apiserver"), gate("pilot-discovery")]);
  });

  afterEach(() => {
    vi.useRealTimers();
    rmSync(folder, { recursive: true });
  });

  const gate = (name: string) => join(folder, `${name}.gate`);

  /** A Go that makes empty programs, and two of them only when the test lets it. */
  const commands = () => ({
    go: `case "$1 $2" in
"env GOVERSION") echo go1.30.0;;
"env -json") echo '{"GOCACHE": "${folder}/go", "GOMODCACHE": "${folder}/modules"}';;
"mod download") echo '{"Dir": "${folder}/module"}';;
build*)
  while [ "$1" != -o ]; do shift; done
  gate="${folder}/\${2##*/}.gate"
  if [ -p "$gate" ]; then read -r _ < "$gate"; fi
  echo "$3" > "$2";;
esac`,
    chmod: 'exec /bin/chmod "$@"',
  });

  const prepare = (scripts: Readonly<Record<string, string>> = {}) => {
    const output = new Writable({
      write: (chunk: Buffer, _, done) => {
        lines.push(...chunk.toString().trimEnd().split("\n"));
        done();
      },
    });
    return withPath({ ...commands(), ...scripts }, () =>
      preparePrograms({
        environment: { PATH: process.env["PATH"], REHEARSAL_ENVOY: join(folder, "envoy") },
        cache: join(folder, "cache"),
        toolsFolder: join(__PROJECT_ROOT__, "rehearsal", "tools"),
        progress: new Progress(output, false),
        downloads: false,
      }),
    );
  };

  /** Resolves when the build of a program waits for the test. */
  const begun = (name: string): Promise<FileHandle> => open(gate(name), "w");
  const letGo = async (handle: FileHandle) => {
    await handle.write("\n");
    await handle.close();
  };

  it("says every half minute what is being built and what remains, the API server first", async () => {
    const prepared = prepare();
    const [apiServer, istiod] = await Promise.all([begun("kube-apiserver"), begun("pilot-discovery")]);
    expect(lines).toEqual([
      expect.stringMatching(/^\d+ parts are to be made, once: about 1\d min/),
      expect.stringMatching(/^… Kubernetes, about /),
      expect.stringMatching(/^… Istio, about /),
    ]);
    lines = [];
    vi.advanceTimersByTime(60_000);
    expect(lines).toHaveLength(2);
    const [, said = ""] = lines;
    expect(said).toContain("… Kubernetes (kube-apiserver) 1 min 0 s of about ");
    expect(said).toContain("… Istio (pilot-discovery) 1 min 0 s of about ");
    expect(said).toMatch(/then kwok, cert-manager, Helm, Terraform, etcd, .*: about 1\d min \d+ s left$/);
    await letGo(apiServer);
    await letGo(istiod);
    const programs = await prepared;
    for (const name of ["kube-apiserver", "pilot-discovery", "etcd", "terraform"] as const) {
      expect(existsSync(programs.path(name)), name).toBe(true);
    }
    lines = [];
    vi.advanceTimersByTime(300_000);
    expect(lines).toEqual([]);
  });

  it("names the way that does without them where Docker is, and nothing of it where it is not", async () => {
    const gates = () =>
      Promise.all(["kube-apiserver", "pilot-discovery"].map(async (name) => letGo(await begun(name))));
    const way = expect.stringContaining("kind create cluster --name local") as string;
    await Promise.all([prepare(), gates()]);
    expect(lines).not.toContainEqual(way);
    rmSync(join(folder, "cache"), { recursive: true });
    await Promise.all([prepare({ docker: "exit 0" }), gates()]);
    expect(lines).toContainEqual(way);
    expect(lines).toContainEqual(expect.stringContaining("npm run accept -- local") as string);
  });
});
