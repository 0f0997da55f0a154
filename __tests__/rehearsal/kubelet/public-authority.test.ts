import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect, it, onTestFinished } from "vitest";

import { PublicAuthority } from "../../../rehearsal/kubelet/public-authority";

/** Does nothing but write down what it was asked for. */
const program = `#!/bin/sh
mkdir -p "$2"
[ "$1" = issue ] || { echo THE-AUTHORITY > "$2/ca.crt"; exit; }
mkdir -p "$3"
echo "$@" > "$3/tls.crt"
`;

it("is trusted beside this machine's authorities, and signs for the names that it is told", async () => {
  const folder = mkdtempSync(join(tmpdir(), "authority-"));
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
  });
  const path = join(folder, "certificates");
  writeFileSync(path, program, { mode: 0o755 });
  const authority = await PublicAuthority.create(path, join(folder, "authority"));
  const trusted = readFileSync(authority.trusted, "utf8");
  expect(trusted).toMatch(/(^|\n)THE-AUTHORITY\n$/);
  // Whatever else it holds are whole certificates.
  expect(trusted.match(/BEGIN CERTIFICATE/g)?.length).toBe(trusted.match(/END CERTIFICATE/g)?.length);
  const files = await authority.issue(join(folder, "pod"), ["api.partner.test", "partner.outside.svc"]);
  expect(readFileSync(files.certificate, "utf8")).toContain("api.partner.test partner.outside.svc");
  expect(files.key).toBe(join(folder, "pod", "tls.key"));
});
