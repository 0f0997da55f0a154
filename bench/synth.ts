import {
  appendFileSync,
  cpSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BenchRow, median } from "./row";
import { timeProcess } from "./timed-process";

const floorProgram = `
const { App, TerraformStack } = require("cdktf");
const app = new App({ outdir: process.argv[2] });
new TerraformStack(app, "empty");
app.synth();
`;

/** A copy of the project's sources whose environments are `count` copies of a shipped one. */
class ProjectCopy {
  public readonly root = mkdtempSync(join(tmpdir(), "istio-cdktf-bench-"));

  public constructor(private readonly template: string) {
    const skipped = /(^|\/)(\.git|\.bundle|\.state|node_modules|cdktf\.out|environments)$/;
    cpSync(__PROJECT_ROOT__, this.root, { recursive: true, filter: (path) => !skipped.test(path) });
    symlinkSync(join(__PROJECT_ROOT__, "node_modules"), join(this.root, "node_modules"));
    writeFileSync(join(this.root, "floor.cjs"), floorProgram);
  }

  public setEnvironments(count: number): void {
    const folder = join(this.root, "environments");
    rmSync(folder, { recursive: true, force: true });
    cpSync(join(__PROJECT_ROOT__, "environments"), folder, { recursive: true });
    for (const name of readdirSync(folder)) rmSync(join(folder, name));
    const text = readFileSync(join(__PROJECT_ROOT__, "environments", `${this.template}.yaml`), "utf8");
    for (let index = 0; index < count; index += 1) writeFileSync(join(folder, `bench${index}.yaml`), text);
  }

  public synth(...names: string[]) {
    return timeProcess(["run.mjs", "main.ts", ...names], { cwd: this.root });
  }

  public floor() {
    return timeProcess(["floor.cjs", join(this.root, "floor.out")], { cwd: this.root });
  }

  public edit(): void {
    appendFileSync(join(this.root, "main.ts"), "\n");
  }

  public remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}

/**
 * Measures the way from sources to JSON against `node` loading cdktf and synthesizing an empty app.
 *
 * @param template the shipped environment that is multiplied
 */
export function benchSynth(template = "aws-prod"): BenchRow[] {
  const project = new ProjectCopy(template);
  try {
    project.setEnvironments(1);
    project.synth();
    project.synth();
    const rounds = [0, 1, 2, 3, 4].map(() => {
      const floor = project.floor().wallSeconds;
      const unchanged = project.synth().wallSeconds;
      project.edit();
      return { floor, unchanged, edited: project.synth().wallSeconds };
    });
    const floor = median(rounds.map((round) => round.floor));
    const against = (name: string, seconds: number, limit: number): BenchRow => ({
      name,
      ratio: seconds / floor,
      limit,
      detail: `${seconds.toFixed(2)} s against ${floor.toFixed(2)} s (an empty cdktf app)`,
    });
    const perEnvironment = new Map<number, number>();
    let peakMemoryMiB = 0;
    let hundred = 0;
    for (const count of [10, 100, 1000]) {
      project.setEnvironments(count);
      project.synth();
      const cost = project.synth();
      perEnvironment.set(count, (cost.wallSeconds - floor) / count);
      if (count === 100) {
        peakMemoryMiB = cost.peakMemoryMiB;
        hundred = cost.wallSeconds;
      }
    }
    const atTen = perEnvironment.get(10) ?? Number.NaN;
    const atThousand = perEnvironment.get(1000) ?? Number.NaN;
    return [
      against("one environment, sources unchanged", median(rounds.map((round) => round.unchanged)), 1.5),
      against("one environment, after an edit", median(rounds.map((round) => round.edited)), 2),
      against("100 environments", hundred, 36),
      {
        name: "an environment among 1000, against one among 10",
        ratio: atThousand / atTen,
        limit: 1.3,
        detail: `${(atThousand * 1000).toFixed(1)} ms against ${(atTen * 1000).toFixed(1)} ms`,
      },
      {
        name: "peak memory of 100 environments, against 300 MiB",
        ratio: peakMemoryMiB / 300,
        limit: 1,
        detail: `${peakMemoryMiB.toFixed(0)} MiB`,
      },
    ];
  } finally {
    project.remove();
  }
}
