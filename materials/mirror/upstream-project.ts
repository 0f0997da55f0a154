import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseDocument } from "yaml";
import { InputError } from "../../rehearsal/render/synthesize";

const skipped = /(^|\/)(\.[^/]+|node_modules|cdktf\.out|environments|__tests__|docs)$/;

/**
 * Copies the project with one environment that takes charts and images from their own projects, as if it named no
 * mirror.
 *
 * @throws InputError where there is no such environment
 */
export function copyWithoutMirror(projectRoot: string, name: string, folder: string): void {
  const path = join(projectRoot, "environments", `${name}.yaml`);
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (cause) {
    throw new InputError(`there is no environment ${name}: ${path} cannot be read`, { cause });
  }
  const document = parseDocument(text);
  if (document.has("charts")) document.delete("charts");
  cpSync(projectRoot, folder, {
    recursive: true,
    filter: (each) => each === projectRoot || !skipped.test(each),
  });
  symlinkSync(join(projectRoot, "node_modules"), join(folder, "node_modules"), "dir");
  mkdirSync(join(folder, "environments"));
  writeFileSync(join(folder, "environments", `${name}.yaml`), document.toString({ lineWidth: 0 }));
}
