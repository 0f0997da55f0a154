import { expect, test } from "vitest";
import { commentText } from "../../deployment/comment-text";

const difference = "diff before/a.yaml after/a.yaml\n-one\n+two\n";

test("plans stand before the differences, which are folded", () => {
  const text = commentText([{ name: "lab", plan: "**lab-mesh**: 1 to change.\n", manifests: difference }]);
  expect(text).toBe(
    "## What this changes\n\n### lab\n\n**lab-mesh**: 1 to change.\n\n<details><summary>Manifests: 1 files differ</summary>\n\n```diff\ndiff before/a.yaml after/a.yaml\n-one\n+two\n```\n\n</details>\n",
  );
});

test("what could not be found out is said", () => {
  const text = commentText([
    { name: "lab", plan: undefined, manifests: undefined },
    { name: "prod", plan: "same", manifests: "No change of prod since main.\n" },
  ]);
  expect(text).toContain("### lab\n\nNot planned");
  expect(text).toContain("Manifests not compared");
  expect(text).toContain("### prod\n\nsame\n\nNo change of prod since main.\n");
});

test("a comment stays within what GitHub takes, and closes its fence", () => {
  const text = commentText([
    { name: "lab", plan: "p", manifests: `${difference}${"+`````\n".repeat(20_000)}` },
  ]);
  expect(text.length).toBeLessThan(65_536);
  expect(text).toContain("… cut");
  expect(text).toMatch(/\n``````\n\n<\/details>\n$/);
});
