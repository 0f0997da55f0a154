import { describe, expect, test } from "vitest";
import { formatProblem } from "../../config/reading/problem";
import { selectEnvironments } from "../../config/reading/select-environments";

const entries = ["local.yaml", "aws-prod.yaml", "environment.schema.json"];

function select(names: readonly string[], variable?: string, files: readonly string[] = entries) {
  const result = selectEnvironments(
    files.map((name) => ({ name, isFile: true })),
    { names, variable },
  );
  return "problems" in result ? result.problems.map(formatProblem) : result.fileNames;
}

test("without names, every environment is selected", () => {
  expect(select([])).toEqual(["aws-prod.yaml", "local.yaml"]);
});

test("names select, from the command line or from the variable, with commas or spaces", () => {
  expect(select(["local"])).toEqual(["local.yaml"]);
  expect(select([], "local")).toEqual(["local.yaml"]);
  expect(select([], " local, aws-prod ")).toEqual(["aws-prod.yaml", "local.yaml"]);
  expect(select([], "local aws-prod")).toEqual(["aws-prod.yaml", "local.yaml"]);
});

test("the command line wins over the variable", () => {
  expect(select(["local"], "aws-prod")).toEqual(["local.yaml"]);
});

test("a file's name or path selects it, too", () => {
  expect(select(["local.yaml", "environments/aws-prod.yaml"])).toEqual(["aws-prod.yaml", "local.yaml"]);
});

test("an unknown name is answered with the nearest, and says where it came from", () => {
  expect(select(["locla"])).toEqual([
    'the command line: the environments are aws-prod or local, got "locla"; did you mean local?',
  ]);
  expect(select([], "azure")[0]).toMatch(
    /^ISTIO_CDKTF_ENVIRONMENTS: .*got "azure"; write environments\/azure.yaml/,
  );
});

test.each(["--verbose", "a b", "\u001b[2J"])(
  "a name that no file may have is not to be written: %j",
  (name) => {
    expect(select([name])[0]).toMatch(
      /the environments are aws-prod or local, got .*; name one that exists$/,
    );
    expect(select([name])[0]).not.toContain("\u001b");
  },
);

describe("what is no file", () => {
  const files = [
    { name: "local.yaml", isFile: true },
    { name: "folder.yaml", isFile: false },
    { name: "folder", isFile: false },
  ];
  const messages = (names: readonly string[]) => {
    const result = selectEnvironments(files, { names, variable: undefined });
    return "problems" in result
      ? result.problems.map(formatProblem)
      : [...result.fileNames, ...result.warnings.map(formatProblem)];
  };

  test("is passed over where all are selected, and warned of", () => {
    expect(messages([])).toEqual([
      "local.yaml",
      "environments/folder.yaml: warning: an environment is a file, got a folder, a pipe or a device; move it elsewhere; it is passed over",
    ]);
  });

  test("stops nobody who did not select it", () => {
    expect(messages(["local"])).toEqual(["local.yaml"]);
  });

  test("is refused where it is selected", () => {
    expect(messages(["folder"])).toEqual([
      expect.stringMatching(/^environments\/folder.yaml: an environment is a file, got a folder/),
    ]);
  });
});

test("a folder without environments is told so", () => {
  expect(select([], undefined, [])[0]).toContain("write environments/<name>.yaml");
});

describe("an environment's name", () => {
  test("may not be another's name plus a dash, because a glob would take both", () => {
    const files = ["aws.yaml", "aws-prod.yaml", "awsome.yaml"];
    expect(select([], undefined, files)).toEqual([
      expect.stringContaining("cdktf deploy 'aws-*' would take aws-prod, too"),
    ]);
    expect(select(["aws-prod", "awsome"], undefined, files)).toEqual(["aws-prod.yaml", "awsome.yaml"]);
  });

  test.each([
    ["AWS Prod.yaml", "rename it to aws-prod.yaml"],
    ["local.yml", "rename it to local.yaml"],
    ["1st.yaml", "rename it to st.yaml"],
    ["-.yaml", "rename it to another name"],
  ])("is refused in %s", (file, advice) => {
    expect(select([], undefined, [file])).toEqual([expect.stringContaining(advice)]);
  });

  test("that is bad stops nobody who did not select it", () => {
    expect(select(["local"], undefined, [...entries, "Bad Name.yaml"])).toEqual(["local.yaml"]);
  });
});
