import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { findingsQuotedIn, unsaidIn } from "../support/documentation/quoted-findings";

const page = readFileSync(join(__PROJECT_ROOT__, "docs", "troubleshooting.md"), "utf8");
const sections = page.split(/^## /m).slice(1);

describe("the page on troubleshooting", () => {
  test("goes along faults in the order in which people meet them, each as the smoke test names it", () => {
    const named = sections.map((section) => findingsQuotedIn(section).map(({ fault }) => fault));
    expect(named.filter((faults) => faults.length > 0)).toEqual([
      ["pods-refused"],
      ["gateway-image-auto"],
      ["service-without-address"],
      ["virtualservice-missing"],
      ["ports-unnamed"],
      ["route-upstream-reset"],
      ["route-no-healthy-upstream"],
      ["issuer-not-ready"],
      ["webhook-unreachable"],
    ]);
  });

  test.each(findingsQuotedIn(page))("quotes what the smoke test says: $fault", (finding) => {
    expect(unsaidIn(finding)).toEqual([]);
  });

  test("shows in every section a command and what it printed", () => {
    for (const section of sections) expect(section).toMatch(/```console\n\$ [^]+?\n[^$\n][^]*?```/);
  });
});

describe("a page that quotes what is never said is found out", () => {
  const quote = (title: string, next: string, fault = "ports-unnamed") =>
    `Kubernetes: ${title} (failed after 1.2 s)\n  tried      read\n  came back  port 80\n  next       ${next}\n  more       docs/smoke.md, ${fault}\n`;
  const title = "A Service's port has no protocol";
  const next =
    "name the port http-…, https-…, tcp-… or the like, or set appProtocol: Istio guesses otherwise";
  const unsaid = (markdown: string) => findingsQuotedIn(markdown).flatMap(unsaidIn);

  test.each([
    ["a title", quote("A Service's port is unnamed", next), "ports-unnamed is titled"],
    ["advice", quote(title, "restart it"), "ports-unnamed does not advise: restart it"],
    ["a fault", quote(title, next, "ports-odd"), "no fault is called ports-odd"],
    ["a layer", quote(title, next).replace("Kubernetes", "Ports"), "no layer is called Ports"],
  ])("when it is %s", (_, markdown, problem) => {
    expect(unsaid(markdown)).toEqual([expect.stringContaining(problem)]);
  });

  test("and one that quotes it rightly is not", () => {
    expect(findingsQuotedIn(quote(title, next))).toHaveLength(1);
    expect(unsaid(quote(title, next))).toEqual([]);
  });
});
