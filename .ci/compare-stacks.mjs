// Compares two folders of synthesized stacks, byte by byte but for metadata: `node .ci/compare-stacks.mjs <folder> <folder>`.
// Metadata is what stands under "//", and the version of the command line that wrote manifest.json.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const [one, other] = process.argv.slice(2);

/** Every file below a folder, with its bytes; of JSON what Terraform reads. */
function filesOf(folder) {
  const names = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .filter((name) => /^stacks\/[^/]+\/(cdk\.tf\.json|assets\/)/.test(name));
  return new Map(names.sort().map((name) => [name, comparable(readFileSync(join(folder, name), "utf8"), name)]));
}

function comparable(text, name) {
  if (!name.endsWith("cdk.tf.json")) return text;
  return JSON.stringify(withoutMetadata(JSON.parse(text)), null, 2);
}

function withoutMetadata(value) {
  if (Array.isArray(value)) return value.map(withoutMetadata);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => key !== "//")
      .map(([key, item]) => [key, withoutMetadata(item)]),
  );
}

const before = filesOf(one);
const after = filesOf(other);
const differing = [...new Set([...before.keys(), ...after.keys()])].filter((name) => before.get(name) !== after.get(name));
for (const name of differing) console.error(`differs: ${name}`);
console.log(`${before.size} files, ${differing.length} differ`);
process.exitCode = differing.length === 0 && before.size > 0 ? 0 : 1;
