import { createHash } from "node:crypto";
import { chmodSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

import { run } from "../namespace/run-command";
import { type Archive, type Download } from "./part";
import { pythonWith, unzip } from "./python";
import { request } from "./web";

/** A download whose content is not what its project's checksum says. */
export class ChecksumMismatch extends Error {}

const answerTimeoutMilliseconds = 3000;
const transferTimeoutMilliseconds = 300_000;

/**
 * Fetches a program from its project, checks it against the published SHA-256, and puts it at `target`.
 *
 * @returns false where the project's host cannot be reached, or its archive cannot be unpacked here
 * @throws ChecksumMismatch
 */
export async function downloadProgram(download: Download, target: string): Promise<boolean> {
  const unpack = await unpackerOf(download.archive);
  if (unpack === undefined) return false;
  const checksums = await fetchWithin(download.checksumUrl, answerTimeoutMilliseconds);
  const content =
    checksums === undefined ? undefined : await fetchWithin(download.url, transferTimeoutMilliseconds);
  if (checksums === undefined || content === undefined) return false;
  const expected = checksumFor(checksums.toString("utf8"), basename(new URL(download.url).pathname));
  const actual = createHash("sha256").update(content).digest("hex");
  if (expected !== actual) {
    throw new ChecksumMismatch(
      `${download.url} has the SHA-256 ${actual}, its project says ${String(expected)}. ` +
        "It was not kept; try again, or build it instead: npm run rehearse -- --no-downloads",
    );
  }
  await unpack(content, target);
  chmodSync(target, 0o755);
  return true;
}

/** The checksum of a file in a list of `<sum>  <file>` lines, or the only sum of a file that holds no name. */
export function checksumFor(list: string, fileName: string): string | undefined {
  const lines = list
    .trim()
    .split("\n")
    .map((line) => line.trim().split(/\s+\*?/));
  const named = lines.find(([, name]) => name === fileName || name?.endsWith(`/${fileName}`) === true);
  const single = lines.length === 1 && lines[0]?.length === 1 ? lines[0] : undefined;
  return (named ?? single)?.[0]?.toLowerCase();
}

async function fetchWithin(url: string, milliseconds: number): Promise<Buffer | undefined> {
  try {
    const response = await request(url, milliseconds);
    return response.ok ? Buffer.from(await response.arrayBuffer()) : undefined;
  } catch {
    return undefined;
  }
}

type Unpack = (content: Buffer, target: string) => Promise<void>;

async function unpackerOf(archive: Archive | undefined): Promise<Unpack | undefined> {
  switch (archive?.format) {
    case undefined:
      return (content, target) => writeFile(target, content);
    case "tar.gz":
      return extractBy(archive, (file, folder) => run("tar", ["-xzf", file, "-C", folder, archive.path]));
    case "zip": {
      const python = await pythonWith("zipfile");
      return python === undefined
        ? undefined
        : extractBy(archive, (file, folder) => unzip(python, file, folder));
    }
  }
}

function extractBy({ path }: Archive, extract: (file: string, folder: string) => Promise<unknown>): Unpack {
  return async (content, target) => {
    const folder = mkdtempSync(join(dirname(target), ".extract-"));
    try {
      const file = join(folder, "archive");
      writeFileSync(file, content);
      await extract(file, folder);
      renameSync(join(folder, path), target);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  };
}
