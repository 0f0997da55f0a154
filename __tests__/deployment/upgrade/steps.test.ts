import { describe, expect, test } from "vitest";
import { editFile } from "../../../deployment/upgrade/edit-file";
import { ImpossibleUpgrade, stepsUntil, upgradedMesh, upgradeSteps } from "../../../deployment/upgrade/steps";
import { existing, messagesOf, parse } from "../../support/environments/environment-files";

const older = existing.replace("istioVersion: 1.31.4", "istioVersion: 1.30.8 # ours\n  size: small");
const withShop = `${older}  namespaces: [{ name: shop }]\n`;

function stepsOf(text: string, to: string) {
  const parsed = parse(text);
  if ("problems" in parsed) throw new Error(messagesOf(text));
  return upgradeSteps(upgradedMesh(parsed.environment), to);
}

describe("the steps of an upgrade", () => {
  test("add a revision, lead one namespace to it, then the rest, and remove the old one", () => {
    expect(stepsOf(withShop, "1.31.4").map(({ title }) => title)).toEqual([
      "add revision 1-31-4",
      "let namespace shop follow revision 1-31-4",
      "move tag stable from default to 1-31-4",
      "remove revision default",
    ]);
  });

  test("go on where an upgrade stands", () => {
    const [first] = stepsOf(withShop, "1.31.4");
    if (first === undefined) throw new Error("there is no step");
    expect(stepsOf(editFile(withShop, first.after), "1.31.4").map(({ kind }) => kind)).toEqual([
      "canary",
      "stable",
      "remove",
    ]);
  });

  test("take every minor version on the way", () => {
    const text = existing.replace("1.31.4", "1.29.6");
    expect(stepsOf(text, "1.31.4").map(({ title }) => title)).toEqual([
      "add revision 1-30-8",
      "move tag stable from default to 1-30-8",
      "remove revision default",
      "add revision 1-31-4",
      "move tag stable from 1-30-8 to 1-31-4",
      "remove revision 1-30-8",
    ]);
  });

  test("lead back to a revision that is left, and to no other older one", () => {
    const [add] = stepsOf(older, "1.31.4");
    const both = editFile(older, add?.after ?? { namespaces: [], gateways: [] });
    const moved = both.replace("stable: default", "stable: 1-31-4");
    expect(stepsOf(moved, "1.30.8").map(({ kind }) => kind)).toEqual(["stable", "remove"]);
    expect(() => stepsOf(existing, "1.30.8")).toThrow(ImpossibleUpgrade);
  });

  test("are none where the mesh is there", () => {
    expect(stepsOf(existing, "1.31.4")).toEqual([]);
  });

  test("end with the first of the kind that is asked for, and with none of a kind that is not left", () => {
    const kindsUntil = (to: string, kind: "canary" | "stable") =>
      stepsUntil(stepsOf(withShop, to), kind)?.map((step) => step.kind);
    expect(kindsUntil("1.31.4", "stable")).toEqual(["add", "canary", "stable"]);
    expect(kindsUntil("1.31.4", "canary")).toEqual(["add", "canary"]);
    expect(stepsUntil(stepsOf(older, "1.31.4"), "canary")).toBeUndefined();
  });

  test.each([
    ["somebody else labels", "sidecar", "{ name: shop, management: adopt }"],
    ["has no sidecars", "ambient", "{ name: shop }"],
  ])("begin with no canary where the only namespace %s", (_what, mode, namespace) => {
    const text = `${older}  mode: ${mode}\n  namespaces: [${namespace}]\n`;
    expect(stepsOf(text, "1.31.4").map(({ kind }) => kind)).toEqual(["add", "stable", "remove"]);
    const two = text.replace(namespace, `${namespace}, { name: cart, mode: sidecar }`);
    expect(stepsOf(two, "1.31.4").map(({ title }) => title)).toContain(
      "let namespace cart follow revision 1-31-4",
    );
  });

  test("say how the owner of an adopted namespace leads it to the tag", () => {
    const label = "kubectl label --overwrite namespace shop istio.io/rev=stable istio-injection-";
    const saysOf = (namespace: string) =>
      stepsOf(`${older}  namespaces: [${namespace}]\n`, "1.31.4")
        .flatMap(({ does }) => does)
        .join(" ");
    expect(saysOf("{ name: shop, management: adopt }")).toContain(label);
    expect(saysOf("{ name: shop }")).not.toContain("kubectl label");
  });

  test("name the revisions that go with the last one", () => {
    expect(stepsOf(older, "1.31.4").map(({ removes }) => removes)).toEqual([[], [], ["default"]]);
  });

  test("each make a valid file, in which everything else stays as it was written", () => {
    let text = withShop;
    for (const { after } of stepsOf(withShop, "1.31.4")) {
      text = editFile(text, after);
      expect(messagesOf(text)).toBe("");
      expect(text).toContain("# ours");
    }
    expect(text).toContain("revisions: [ { name: 1-31-4, istioVersion: 1.31.4 } ]");
    expect(text).not.toContain("canary");
  });
});
