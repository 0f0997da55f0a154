// Runs a TypeScript entry point: `node run.mjs main.ts [arguments]`.
//
// esbuild makes two bundles in .bundle/: the project's own sources, again after any edit, and the packages they import,
// again only when package-lock.json or the list of imports changes. V8's compiled code is kept beside each. This starts
// as fast as loading cdktf alone, which consists of hundreds of small files.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import Module, { createRequire } from "node:module";
import { basename, dirname, join, relative, resolve } from "node:path";
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

/** What a file holds; undefined where there is none, be it only because another process took it away. */
function readIfThere(path, encoding) {
  try {
    return readFileSync(path, encoding);
  } catch (error) {
    if (error.code === "ENOENT") return undefined;
    throw error;
  }
}

/** The bundle with the record in its first line; undefined where there is none, or it is not fresh. */
function readBundle(bundle) {
  const text = readIfThere(bundle, "utf8");
  const [, written] = /^\/\/(\{.*\})\n/.exec(text ?? "") ?? [];
  if (written === undefined) return undefined;
  const record = JSON.parse(written);
  return stampOf(record.inputs) === record.stamp ? { text, ...record } : undefined;
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

/** Waits for esbuild, which says itself what it cannot read. */
async function build(options) {
  const { build } = await import("esbuild").catch(() => {
    process.stderr.write("esbuild is not installed; run: npm ci\n");
    process.exit(2);
  });
  return build({ ...settings, ...options, write: false, outfile: "bundle.cjs" }).catch(() => process.exit(2));
}

/** Puts a bundle and its record in place at once, so that a second process reads neither half of one nor of each. */
async function writeBundle(bundle, options, recordOf) {
  const started = Date.now();
  const { metafile, outputFiles } = await build(options);
  const code = withImportModule(outputFiles[0].text, metafile);
  const { inputs, ...rest } = recordOf(metafile);
  // What was edited while esbuild read is bundled again next time; a file's time lags behind the clock by some ms.
  const settled = inputs.every((input) => statSync(join(projectRoot, input)).mtimeMs < started - 20);
  const hash = createHash("sha1").update(code).digest("hex");
  const record = { ...rest, inputs, stamp: settled ? stampOf(inputs) : "", hash };
  const text = `//${JSON.stringify(record)}\n${code}`;
  replaceFile(bundle, text);
  for (const name of readdirSync(dirname(bundle))) {
    if (name.startsWith(`${basename(bundle)}.`) && name.endsWith(".cache"))
      rmSync(join(dirname(bundle), name), { force: true });
  }
  return { text, ...record };
}

function replaceFile(path, data) {
  const temporary = `${path}.${process.pid}`;
  writeFileSync(temporary, data);
  renameSync(temporary, path);
}

async function bundleSources(entry, bundle) {
  const options = {
    entryPoints: [entry],
    packages: "external",
    // Readable, because traces lead here; the packages are many times larger.
    minifyWhitespace: false,
    define: { __PROJECT_ROOT__: JSON.stringify(projectRoot) },
  };
  return writeBundle(bundle, options, ({ inputs, outputs }) => {
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
  return writeBundle(bundle, options, () => ({ inputs: ["package-lock.json", "run.mjs"], packages }));
}

/**
 * Runs a CommonJS bundle as Node would; returns its exports.
 *
 * The compiled code is kept by the bundle's contents: V8 itself tells sources apart by their length only, and a process
 * that ends late writes what belongs to an older bundle.
 */
function runBundle(bundle, { text, hash }, require) {
  const cache = `${bundle}.${hash}.${process.version}.cache`;
  const cachedData = readIfThere(cache);
  const parameters = "exports, require, module, __filename, __dirname, importModule";
  const script = new Script(`(function (${parameters}) { ${text}\n})`, { filename: bundle, cachedData });
  if (cachedData === undefined || script.cachedDataRejected === true) {
    // At the end, because only then the functions that were needed are compiled.
    process.once("exit", () => replaceFile(cache, script.createCachedData()));
  }
  const module = { exports: {} };
  const importModule = (specifier) => import(specifier);
  script.runInThisContext()(module.exports, require, module, bundle, dirname(bundle), importModule);
  return module.exports;
}

/** What no entry point expects is no mistake of whoever runs it: it ends with the status of an internal error. */
function reportFault(error) {
  // Whoever read the output has seen enough of it.
  if (error?.code === "EPIPE") process.exit(1);
  const { message = String(error), stack = message } = error ?? {};
  process.stderr.write(
    `istio-cdktf has a fault, which is none of your files': ${message}\nPlease report it, with what the same command prints with DEBUG=1 in its environment.\n`,
  );
  if (process.env.DEBUG) process.stderr.write(`${stack}\n`);
  process.exit(70);
}

process.once("uncaughtException", reportFault);
const entry = process.argv[2];
if (entry === undefined) {
  process.stderr.write("usage: node run.mjs <entry.ts> [arguments]\n");
  process.exit(2);
}
const entryPath = relative(projectRoot, resolve(projectRoot, entry));
const name = entryPath.replaceAll(/[\\/]/g, "-").replace(/\.ts$/, "");
const sourcesFile = join(projectRoot, ".bundle", `${name}.cjs`);
const packagesFile = join(projectRoot, ".bundle", `${name}.packages.cjs`);
mkdirSync(dirname(sourcesFile), { recursive: true });
const sources = readBundle(sourcesFile) ?? (await bundleSources(entryPath, sourcesFile));
const kept = readBundle(packagesFile);
const suffices = kept !== undefined && sources.packages.every((path) => kept.packages.includes(path));
const packages = suffices ? kept : await bundlePackages(sources.packages, packagesFile);

const nodeRequire = createRequire(sourcesFile);
const table = runBundle(packagesFile, packages, nodeRequire);
process.argv.splice(1, 2, sourcesFile);
runBundle(sourcesFile, sources, (path) => (Object.hasOwn(table, path) ? table[path]() : nodeRequire(path)));
