import {
  appendFileSync,
  cpSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A copy of the project's sources with environments of its own, so that a bench leaves the project as it is. */
export class ProjectCopy {
  public readonly root = mkdtempSync(join(tmpdir(), "istio-cdktf-bench-"));

  public constructor() {
    const skipped = /(^|\/)(\.git|\.bundle|\.state|node_modules|cdktf\.out|environments)$/;
    cpSync(__PROJECT_ROOT__, this.root, { recursive: true, filter: (path) => !skipped.test(path) });
    symlinkSync(join(__PROJECT_ROOT__, "node_modules"), join(this.root, "node_modules"));
  }

  /** Replaces the environments by these texts, by name. */
  public setEnvironments(texts: Readonly<Record<string, string>>): void {
    const folder = join(this.root, "environments");
    rmSync(folder, { recursive: true, force: true });
    cpSync(join(__PROJECT_ROOT__, "environments"), folder, { recursive: true });
    for (const name of readdirSync(folder)) rmSync(join(folder, name));
    for (const [name, text] of Object.entries(texts)) writeFileSync(join(folder, `${name}.yaml`), text);
  }

  public edit(): void {
    appendFileSync(join(this.root, "main.ts"), "\n");
  }

  public remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}
