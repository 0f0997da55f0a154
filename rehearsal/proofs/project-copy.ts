import {
  appendFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** A copy of the project's sources with environments of its own; the project itself stays as it is. */
export class ProjectCopy {
  public readonly root = mkdtempSync(join(tmpdir(), "istio-cdktf-copy-"));

  public constructor() {
    // The bundle of packages is the same there; that of the sources holds the project's path.
    const skipped =
      /(^|\/)(\.git|\.ci|\.state|node_modules|cdktf\.out|environments|\.bundle\/(?!main\.packages\.)[^/]*)$/;
    const filter = (path: string) => !skipped.test(path);
    cpSync(__PROJECT_ROOT__, this.root, { recursive: true, preserveTimestamps: true, filter });
    symlinkSync(join(__PROJECT_ROOT__, "node_modules"), join(this.root, "node_modules"));
  }

  /** Replaces the environments by these texts, by name. */
  public setEnvironments(texts: Readonly<Record<string, string>>): void {
    const folder = join(this.root, "environments");
    rmSync(folder, { recursive: true, force: true });
    cpSync(join(__PROJECT_ROOT__, "environments"), folder, { recursive: true });
    for (const name of readdirSync(folder)) rmSync(join(folder, name));
    for (const [name, text] of Object.entries(texts)) this.write(join("environments", `${name}.yaml`), text);
  }

  /** Writes a file of the copy. */
  public write(path: string, text: string): void {
    mkdirSync(dirname(join(this.root, path)), { recursive: true });
    writeFileSync(join(this.root, path), text);
  }

  public edit(): void {
    appendFileSync(join(this.root, "main.ts"), "\n");
  }

  public remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}
