import { describe, expect, it } from "vitest";

import { noticed, type Report, renderReport } from "../../../rehearsal/report/report";

describe("what a report says was noticed on the way", () => {
  const different = (count: number) =>
    Array.from({ length: count }, (_, index) => `problem ${String(index)}`);

  it("is each problem once, in the order of their first appearance, with how often it was seen", () => {
    expect(noticed(["istiod: not ready", "network: refused", "istiod: not ready"])).toEqual([
      "istiod: not ready (2 times)",
      "network: refused",
    ]);
  });

  it("is cut where it is long, and says how many are left out and where they are", () => {
    expect(noticed(different(20))).toEqual(different(20));
    const cut = noticed([...different(23), "problem 3"]);
    expect(cut).toHaveLength(21);
    expect(cut[3]).toBe("problem 3 (2 times)");
    expect(cut.at(-1)).toBe("… and 3 more, in cluster.log");
  });
});

describe("a report", () => {
  const report = (more: Partial<Report>): string =>
    renderReport({
      environment: "local",
      ok: false,
      stopped: false,
      deployment: "deployed by Terraform",
      namespaces: "",
      programs: [],
      charts: [],
      replacements: [],
      steps: [],
      outcome: undefined,
      logs: "/logs",
      ...more,
    });

  it("tells in its first line whether it held, failed or was stopped", () => {
    const [failed] = report({}).split("\n");
    expect(failed).toBe("Rehearsal of local: FAILED, deployed by Terraform");
    expect(report({ ok: true })).toMatch(/^Rehearsal of local: ok,/);
    expect(report({ stopped: true })).toMatch(/^Rehearsal of local: stopped,/);
  });

  it("tells there, too, that another Istio ran than the file names", () => {
    const [first] = report({ ok: true, otherIstio: { asked: ["1.29.6"], runs: "1.31" } }).split("\n");
    expect(first).toBe("Rehearsal of local: ok, with Istio 1.31 in place of 1.29.6, deployed by Terraform");
    expect(report({ ok: true }).split("\n")[0]).not.toContain("in place of");
  });

  it("shows what failed in full, and once what was said several times in a row", () => {
    const detail = "terraform apply: halted\nhalted\nhalted\nthe cause\nhalted";
    const text = report({ steps: [{ title: "apply", ok: false, seconds: 1, detail, log: "/logs/a.log" }] });
    expect(text.slice(text.indexOf("\nFailed\n"))).toContain(
      "  apply:\n    terraform apply: halted\n    halted\n    the cause\n    halted\n    log: /logs/a.log\n",
    );
  });
});
