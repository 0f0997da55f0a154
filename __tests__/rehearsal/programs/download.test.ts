import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { checksumFor, downloadProgram } from "../../../rehearsal/programs/download";

const content = "a program";
// Holds LICENSE.txt beside the program, as HashiCorp's archives do.
const zippedProgram =
  "UEsDBBQAAAAAAAAAIVzlS+ZbCQAAAAkAAAAJAAAAdGVycmFmb3JtYSBwcm9ncmFtUEsDBBQAAAAAAAAAIVwp2qHUCQAAAAkAAAAL" +
  "AAAATElDRU5TRS50eHRhIGxpY2VuY2VQSwECFAMUAAAAAAAAACFc5UvmWwkAAAAJAAAACQAAAAAAAAAAAAAAgAEAAAAAdGVycmFm" +
  "b3JtUEsBAhQDFAAAAAAAAAAhXCnaodQJAAAACQAAAAsAAAAAAAAAAAAAAIABMAAAAExJQ0VOU0UudHh0UEsFBgAAAAACAAIAcAAA" +
  "AGIAAAAAAA==";
const sum = createHash("sha256").update(content).digest("hex");

/** A compressed archive with one file. */
function tarOf(name: string, text: string): Buffer {
  const source = mkdtempSync(join(tmpdir(), "rehearsal-archive-"));
  writeFileSync(join(source, name), text);
  const archive = execFileSync("tar", ["-czf", "-", "-C", source, name]);
  rmSync(source, { recursive: true });
  return archive;
}

describe("downloads", () => {
  let folder = "";
  let server: Server;
  let files: Record<string, string | Buffer> = {};

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "rehearsal-download-"));
    server = createServer((request, response) => {
      const file = files[request.url ?? ""];
      response.writeHead(file === undefined ? 404 : 200).end(file);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  });

  afterEach(() => {
    server.close();
    rmSync(folder, { recursive: true });
  });

  const download = () => {
    const base = `http://127.0.0.1:${(server.address() as AddressInfo).port.toString()}`;
    return downloadProgram(
      { url: `${base}/kubectl`, checksumUrl: `${base}/kubectl.sha256` },
      join(folder, "kubectl"),
    );
  };

  it("are kept when they have the published checksum", async () => {
    files = { "/kubectl": content, "/kubectl.sha256": sum };
    expect(await download()).toBe(true);
    expect(readFileSync(join(folder, "kubectl"), "utf8")).toBe(content);
  });

  it("are refused when they have another", async () => {
    files = { "/kubectl": `${content} with something more`, "/kubectl.sha256": sum };
    await expect(download()).rejects.toThrow(/has the SHA-256 .* its project says/);
    expect(existsSync(join(folder, "kubectl"))).toBe(false);
  });

  it("are left to a build where the host does not offer them", async () => {
    files = { "/kubectl": content };
    expect(await download()).toBe(false);
  });

  it.each(["zip", "tar.gz"] as const)("come out of their archive, a %s", async (format) => {
    const packed = format === "zip" ? Buffer.from(zippedProgram, "base64") : tarOf("terraform", content);
    const packedSum = createHash("sha256").update(packed).digest("hex");
    files = { [`/packed.${format}`]: packed, "/sums": `${packedSum}  packed.${format}\n` };
    const base = `http://127.0.0.1:${(server.address() as AddressInfo).port.toString()}`;
    const archive = { format, path: "terraform" };
    const target = join(folder, "terraform");
    const kept = await downloadProgram(
      { url: `${base}/packed.${format}`, checksumUrl: `${base}/sums`, archive },
      target,
    );
    expect(kept).toBe(true);
    expect(readFileSync(target, "utf8")).toBe(content);
    expect(readdirSync(folder)).toEqual(["terraform"]);
  });

  it("find their line in a list of checksums", () => {
    expect(checksumFor("aa  other.tar.gz\nBB *etcd.tar.gz\n", "etcd.tar.gz")).toBe("bb");
    expect(checksumFor("cc\n", "kubectl")).toBe("cc");
    expect(checksumFor("aa  other.tar.gz\n", "etcd.tar.gz")).toBeUndefined();
  });
});
