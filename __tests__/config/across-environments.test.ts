import { describe, expect, test } from "vitest";
import type { Environment } from "../../config/environment";
import { parseEnvironment } from "../../config/reading/parse-environment";
import { findingsAcross } from "../../config/rules/across-environments";
import { aws, existing } from "../support/environments/environment-files";

function environment(name: string, text: string): Environment {
  const parsed = parseEnvironment(`environments/${name}.yaml`, text, { today: new Date("2026-11-25") });
  if ("problems" in parsed) throw new Error(JSON.stringify(parsed.problems));
  return parsed.environment;
}

/** What is said of environments, by `name path`. */
function said(texts: Readonly<Record<string, string>>, others: readonly string[] = []): readonly string[] {
  const environments = Object.entries(texts).map(([name, text]) => environment(name, text));
  const names = [...Object.keys(texts), ...others];
  return findingsAcross(environments, names).map(
    ({ environment: name, path, found, accepted, advice }) =>
      `${name} ${path.join(".")}: ${accepted}, got ${found}; ${advice}`,
  );
}

const after = (...names: readonly string[]) => `rollout: { after: [${names.join(", ")}] }\n`;

describe("the order of deployments", () => {
  test("names environments that have a file, selected or not", () => {
    expect(said({ prod: `${aws}${after("staging")}` }, ["staging"])).toEqual([]);
    expect(said({ prod: `${aws}${after("stagin")}` }, ["staging"])).toEqual([
      'prod rollout.after.0: an environment that has a file in environments/, got "stagin"; did you mean staging?',
    ]);
  });

  test("does not name the environment itself", () => {
    expect(said({ prod: `${aws}${after("prod")}` })).toEqual([
      'prod rollout.after.0: another environment, got "prod"; remove it',
    ]);
  });

  test("goes in no circle, which is told once", () => {
    const circle = { a: `${aws}${after("c")}`, b: `${aws}${after("a")}`, c: `${aws}${after("b")}` };
    expect(said(circle)).toEqual([
      "a rollout.after: an order, in which no environment waits for itself, got a after c after b after a; remove one of these names",
    ]);
    expect(said({ ...circle, a: aws })).toEqual([]);
  });
});

describe("two environments", () => {
  const other = existing.replace("context: lab", "context: other");

  test("of one cluster cannot both install a mesh there", () => {
    expect(said({ a: existing, b: other })).toEqual([]);
    expect(said({ a: existing, b: existing })).toEqual([
      expect.stringMatching(
        /^b target.connection: a cluster has one mesh, and a installs it there/,
      ) as string,
    ]);
  });

  test("cannot have one state, which prefixes can bring about", () => {
    const s3 = (prefix: string) =>
      `${aws}backend: { kind: s3, bucket: states, region: eu-central-1, keyPrefix: ${prefix} }\n`;
    expect(said({ "a-b": s3('""'), b: s3("a-") })).toEqual([
      "b backend: a state is one environment's, and a-b has it, got the state s3://states/a-b-cluster.tfstate; set another backend.keyPrefix in one of them",
    ]);
    expect(said({ "a-b": s3('""'), b: s3("b-") })).toEqual([]);
  });
});
