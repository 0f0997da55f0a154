// Runs a TypeScript entry point: `node run.mjs main.ts [arguments]`.
//
// esbuild makes two bundles in .bundle/: the project's own sources, again after any edit, and the packages they import,
// again only when package-lock.json or the list of imports changes. V8's compiled code is kept beside each. This starts
// as fast as loading cdktf alone, which consists of hundreds of small files.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import Module, { createRequire } from "node:module";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { Script } from "node:vm";

const projectRoot = dirname(fileURLToPath(import.meta.url));
const settings = {
  absWorkingDir: projectRoot,
  bundle: true,
  platform: "node",
  target: "node20",
  format: "cjs",
  metafile: true,
  minifyWhitespace: true,
  logLevel: "error",
  logOverride: { "empty-import-meta": "silent" },
};

/** The sizes and modification times of the inputs: cheap to read, and changed by any edit. */
function stampOf(inputs) {
  const hash = createHash("sha1");
  for (const input of inputs) {
    const stat = statSync(join(projectRoot, input), { throwIfNoEntry: false });
    hash.update(`${input}:${stat?.size}:${stat?.mtimeMs}\n`);
  }
  return hash.digest("hex");
}

function readRecord(bundle) {
  const record = `${bundle}.json`;
  return existsSync(bundle) && existsSync(record) ? JSON.parse(readFileSync(record, "utf8")) : undefined;
}

function isFresh(record) {
  return record !== undefined && stampOf(record.inputs) === record.stamp;
}

/**
 * Lets run.mjs do the bundle's dynamic imports of packages: a script that V8 reads from its code cache has lost the
 * way to do them itself (ERR_VM_DYNAMIC_IMPORT_CALLBACK_MISSING).
 */
function withImportModule(code, { outputs }) {
  const imports = Object.values(outputs).flatMap((output) => output.imports);
  const dynamic = new Set(
    imports.filter(({ kind }) => kind === "dynamic-import").map(({ path }) => JSON.stringify(path)),
  );
  return [...dynamic].reduce(
    (text, path) => text.replaceAll(`import(${path})`, `importModule(${path})`),
    code,
  );
}

/** Puts a bundle in place at once, so that a second process never reads half of one. */
async function writeBundle(bundle, options, record) {
  const { build } = await import("esbuild");
  const temporary = `${bundle}.${process.pid}`;
  const { metafile } = await build({ ...settings, ...options, outfile: temporary });
  writeFileSync(temporary, withImportModule(readFileSync(temporary, "utf8"), metafile));
  rmSync(codeCacheOf(bundle), { force: true });
  renameSync(temporary, bundle);
  const { inputs, ...rest } = record(metafile);
  writeFileSync(`${bundle}.json`, JSON.stringify({ ...rest, inputs, stamp: stampOf(inputs) }));
}

async function bundleSources(entry, bundle) {
  const options = {
    entryPoints: [entry],
    packages: "external",
    define: { __PROJECT_ROOT__: JSON.stringify(projectRoot) },
  };
  await writeBundle(bundle, options, ({ inputs, outputs }) => {
    const imports = Object.values(outputs).flatMap((output) => output.imports);
    const required = imports.filter(({ kind, path }) => kind === "require-call" && !Module.isBuiltin(path));
    return {
      inputs: [...Object.keys(inputs), "run.mjs"].sort(),
      packages: [...new Set(required.map(({ path }) => path))].sort(),
    };
  });
}

async function bundlePackages(packages, bundle) {
  const table = packages.map((name) => `${JSON.stringify(name)}: () => require(${JSON.stringify(name)})`);
  const options = {
    stdin: { contents: `module.exports = {${table.join(",\n")}};`, resolveDir: projectRoot },
  };
  await writeBundle(bundle, options, () => ({ inputs: ["package-lock.json", "run.mjs"], packages }));
}

function codeCacheOf(bundle) {
  return `${bundle}.${process.version}.cache`;
}

/** Runs a CommonJS bundle as Node would; returns its exports. */
function runBundle(bundle, require) {
  const cache = codeCacheOf(bundle);
  const cachedData = existsSync(cache) ? readFileSync(cache) : undefined;
  const parameters = "exports, require, module, __filename, __dirname, importModule";
  const script = new Script(`(function (${parameters}) { ${readFileSync(bundle, "utf8")}\n})`, {
    filename: bundle,
    cachedData,
  });
  if (cachedData === undefined || script.cachedDataRejected === true) {
    // At the end, because only then the functions that were needed are compiled.
    process.once("exit", () => {
      writeFileSync(`${cache}.${process.pid}`, script.createCachedData());
      renameSync(`${cache}.${process.pid}`, cache);
    });
  }
  const module = { exports: {} };
  const importModule = (specifier) => import(specifier);
  script.runInThisContext()(module.exports, require, module, bundle, dirname(bundle), importModule);
  return module.exports;
}

const entry = process.argv[2];
if (entry === undefined) {
  process.stderr.write("usage: node run.mjs <entry.ts> [arguments]\n");
  process.exit(2);
}
const entryPath = relative(projectRoot, resolve(projectRoot, entry));
const name = entryPath.replaceAll(/[\\/]/g, "-").replace(/\.ts$/, "");
const sources = join(projectRoot, ".bundle", `${name}.cjs`);
const packages = join(projectRoot, ".bundle", `${name}.packages.cjs`);
mkdirSync(dirname(sources), { recursive: true });
if (!isFresh(readRecord(sources))) await bundleSources(entryPath, sources);
const needed = readRecord(sources).packages;
const bundled = readRecord(packages);
if (!isFresh(bundled) || needed.some((path) => !bundled.packages.includes(path))) {
  await bundlePackages(needed, packages);
}

const nodeRequire = createRequire(sources);
const table = runBundle(packages, nodeRequire);
process.argv.splice(1, 2, sources);
runBundle(sources, (path) => (Object.hasOwn(table, path) ? table[path]() : nodeRequire(path)));
