import { describe, expect, test } from "vitest";
import { existing, problemsOf } from "../support/environments/environment-files";
import { afterAdvice } from "../support/fuzz/advice";
import { hasUnescapedTemplate } from "../support/fuzz/hostile-text";
import { judge } from "../support/fuzz/judge";

describe("a template that was a text of a file", () => {
  test.each(["${canary.x}", "a %{ if canary }", '\\"${\\"canary\\"}', "b${canary", "%{canary}"])(
    "is seen in %s",
    (json) => expect(hasUnescapedTemplate(`{"a":"${json}"}`)).toBe(true),
  );

  test.each(["$${canary.x}", "$$${canary}", "%%{ if canary }", "${local.x} canary", "#{canary}"])(
    "is none in %s",
    (json) => expect(hasUnescapedTemplate(`{"a":"${json}"}`)).toBe(false),
  );
});

describe("advice that a program can follow", () => {
  const followed = (text: string) => {
    const [problem] = problemsOf(text);
    if (problem === undefined) throw new Error("the file is valid");
    return afterAdvice(text, problem);
  };

  test.each([
    ["of an unknown key", `${existing}zzz: 1\n`],
    ["of a misspelt key", `${existing}health: { pth: /live }\n`],
    ["of a misspelt value", existing.replace("1.31.4", "1.31.4\n  mtls: strickt")],
    ["of a number that is a text", existing.replace('"1.35"', "1.35")],
    [
      "of a text that is a number",
      existing.replace("1.31.4", '1.31.4\n  istiod: { replicas: { min: "2", max: 3 } }'),
    ],
    ["of a boolean of YAML 1.1", existing.replace("1.31.4", "1.31.4\n  cni: { enabled: yes }")],
    [
      "of a node port that is taken",
      `${existing}gateways: [{ name: a, exposure: { kind: nodeport } }, { name: b, exposure: { kind: nodeport } }]\n`,
    ],
  ])("makes the file valid: %s", (_, text) => {
    expect(problemsOf(followed(text) ?? "")).toEqual([]);
  });

  test("is not what asks for a choice", () => {
    expect(followed(existing.replace(", context: lab", ""))).toBeUndefined();
  });
});

test("a file is judged as what it is", () => {
  expect(judge(existing)).toEqual({ valid: true, followed: 0 });
  expect(judge(`${existing}zzz: 1\n`)).toEqual({ valid: false, followed: 1 });
});
