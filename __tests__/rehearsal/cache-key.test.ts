import { cpSync, mkdtempSync, rmSync, appendFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { PartCache } from "../../rehearsal/programs/cache";
import { parts } from "../../rehearsal/programs/catalogue";

test("two checkouts of the same pins share what is built, and a changed pin is built anew", () => {
  const here = join(__PROJECT_ROOT__, "rehearsal", "tools");
  const elsewhere = mkdtempSync(join(tmpdir(), "istio-cdktf-tools-"));
  try {
    cpSync(here, elsewhere, { recursive: true });
    const folders = (tools: string) => parts.map((part) => new PartCache("/cache", tools, part).folder);
    expect(folders(elsewhere)).toEqual(folders(here));
    const [first] = parts;
    if (first === undefined) throw new Error("no parts");
    appendFileSync(join(elsewhere, first.folder, "go.mod"), "// another pin\n");
    // Several parts may be built from one module.
    const changed = parts.filter((_, index) => folders(elsewhere)[index] !== folders(here)[index]);
    expect(changed).toEqual(parts.filter(({ folder }) => folder === first.folder));
  } finally {
    rmSync(elsewhere, { recursive: true, force: true });
  }
});
