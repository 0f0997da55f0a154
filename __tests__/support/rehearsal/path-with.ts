import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Runs a function while the PATH holds nothing but a shell and the given scripts, by name. */
export async function withPath<T>(
  scripts: Readonly<Record<string, string>>,
  use: () => Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "rehearsal-path-"));
  symlinkSync("/bin/sh", join(folder, "sh"));
  for (const [name, script] of Object.entries(scripts)) {
    writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  }
  const before = process.env["PATH"];
  process.env["PATH"] = folder;
  try {
    return await use();
  } finally {
    process.env["PATH"] = before;
    rmSync(folder, { recursive: true });
  }
}
