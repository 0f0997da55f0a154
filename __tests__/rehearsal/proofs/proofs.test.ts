import { describe, expect, test } from "vitest";
import { formatProblem } from "../../../config/reading/problem";
import { readApplications } from "../../../features/applications/read-applications";
import { lessonNames } from "../../../rehearsal/proofs/lessons";
import { breakAs, checksOf, type Variant } from "../../../rehearsal/proofs/proof";
import { readProofs } from "../../../rehearsal/proofs/read-proofs";
import { parse, today } from "../../support/environments/environment-files";

const proofs = readProofs(__PROJECT_ROOT__, []);

/** What synthesis says against a configuration. */
function errorsOf({ environment, files }: Variant): readonly string[] {
  const parsed = parse(environment);
  if ("problems" in parsed) return parsed.problems.map(formatProblem);
  const ofApplications = parsed.environment.applications.map(({ name, path }) => {
    const own = Object.entries(files).filter(([file]) => file.startsWith(`${path}/`));
    return [name, own.map(([source, text]) => ({ source, text }))] as const;
  });
  const { problems } = readApplications(parsed.environment, Object.fromEntries(ofApplications));
  return problems.filter(({ severity }) => severity === "error").map(formatProblem);
}

describe.each(proofs.map((proof) => [proof.title, proof] as const))("%s", (_, proof) => {
  const names = checksOf(proof.environment, today).map(({ name }) => name);

  test("is a valid configuration, and so is each of its broken twins: only requests can tell", () => {
    expect(errorsOf(proof)).toEqual([]);
    for (const twin of proof.twins) expect(errorsOf(breakAs(twin, proof)), twin.broken).toEqual([]);
  });

  test("has a broken twin for each of its checks", () => {
    const failing = proof.twins.flatMap(({ fails }) => Object.keys(fails));
    expect([...new Set(failing)].sort()).toEqual([...names].sort());
  });
});

test("proofs are all lessons, then all policies, or those that are named", () => {
  const titles = (...given: string[]) => readProofs(__PROJECT_ROOT__, given).map(({ title }) => title);
  expect(titles("lessons")).toEqual(lessonNames(__PROJECT_ROOT__).map((name) => `lesson ${name}`));
  expect(titles()).toEqual([...titles("lessons"), ...titles("policies")]);
  expect(titles("jwt", "jason")).toEqual(["lesson jason", "policy jwt"]);
  expect(() => titles("jsaon")).toThrow('there is no proof "jsaon"; did you mean jason?');
});

test("a twin that edits what is not there is refused, so that none passes for broken by a misspelt place", () => {
  const [proof] = readProofs(__PROJECT_ROOT__, ["jason"]);
  if (proof === undefined) throw new Error("no lesson jason");
  const broken = (set: Record<string, Record<string, unknown> | null>) =>
    breakAs({ broken: "it", set, fails: {} }, proof);
  expect(() => broken({ "VirtualService review": null })).toThrow("no file has VirtualService review");
  expect(() => broken({ "VirtualService reviews": { "spec.htpp[0].name": "a" } })).toThrow(
    "VirtualService reviews has no spec.htpp[0].name to edit",
  );
  expect(() => broken({ "VirtualService reviews": { "spec.http[0].timeout": null } })).toThrow(
    "has no spec.http[0].timeout",
  );
  expect(() => broken({ environment: { "mes.mtls": "strict" } })).toThrow("the environment has no mes.mtls");
  const { files, environment } = broken({
    "VirtualService reviews": { 'spec.http[0].match[0].headers["end-user"].exact': "jasmine" },
    "DestinationRule reviews": null,
    environment: { "mesh.mtls": "permissive" },
  });
  const lesson = files["applications/bookinfo/lessons/jason.yaml"];
  expect(lesson).toContain("end-user: { exact: jasmine }");
  expect(lesson).not.toContain("DestinationRule");
  expect(environment).toContain("mtls: permissive");
});
