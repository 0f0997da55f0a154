import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileMark, type RenderedFile } from "./render-stack";

/** Writes files into a folder, and removes those of an earlier rendering; returns the names. */
export function writeFiles(
  folder: string,
  files: readonly RenderedFile[],
  numbered: boolean,
): readonly string[] {
  mkdirSync(folder, { recursive: true });
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (name.endsWith(".yaml") && readFileSync(path, "utf8").startsWith(fileMark)) rmSync(path);
  }
  const digits = Math.max(2, Math.max(0, ...files.map(({ position }) => position)).toString().length);
  return files.map(({ position, name, text }) => {
    const fileName = `${numbered ? `${position.toString().padStart(digits, "0")}-` : ""}${name}.yaml`;
    writeFileSync(join(folder, fileName), text);
    return fileName;
  });
}
