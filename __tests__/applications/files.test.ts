import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parse as parseYaml } from "yaml";
import { formatProblem } from "../../config/reading/problem";
import { readEnvironments } from "../../synthesis/read-environments";
import { App } from "cdktf";
import { asLiteral } from "../../config/literal-text";
import { MeshStack } from "../../stacks/mesh";
import { readStack } from "../support/stacks/stack-file";
import { existing, parse } from "../support/environments/environment-files";
import { anyChartFiles, inTemporaryFolder, synthesizeMesh } from "../support/stacks/synthesize-mesh";
import { withApplications } from "../../synthesis/application-files";
import { service } from "../support/environments/judged-application";

interface Written {
  readonly name: string;
  readonly values: readonly string[];
  readonly depends_on: readonly string[];
}

const application = (more = "") =>
  `${existing}applications: [{ name: shop, path: applications/shop, namespace: shop${more} }]\n`;

/** What is said of an environment in a project with these files. */
function problemsIn(
  files: Readonly<Record<string, string>>,
  environment: string,
  prepare?: (root: string) => void,
) {
  return inTemporaryFolder((root) => {
    for (const folder of ["environments", "applications/shop/more"]) {
      mkdirSync(join(root, folder), { recursive: true });
    }
    writeFileSync(join(root, "environments", "lab.yaml"), environment);
    for (const [name, text] of Object.entries(files)) {
      writeFileSync(join(root, "applications", "shop", name), text);
    }
    prepare?.(root);
    const selection = { names: ["lab"], variable: undefined };
    const { environments, problems } = readEnvironments({ projectRoot: root, selection });
    return { messages: problems.map(formatProblem).join("\n"), objects: environments[0]?.applicationObjects };
  });
}

describe("problems of an application", () => {
  const halves = `${service("cart")}---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: cart }
spec:
  hosts: [cart]
  http:
    - route: [{ destination: { host: cart }, weight: 50 }, { destination: { host: cart }, weight: 40 }]
`;
  const weights = "applications/shop/a.yaml:12:7 spec.http[0].route: weights";

  test.each([
    [
      "of a rule",
      (text: string) => text.replace("existing", "existing").concat("health: { path: nowhere }\n"),
    ],
    ["in the target", (text: string) => text.replace("kind: existing", "kind: exsting")],
    ["in an unknown section", (text: string) => `${text}zzz: 1\n`],
    ["in the backend", (text: string) => `${text}backend: { kind: floppy }\n`],
  ])("are told beside a mistake %s of the environment file", (_, mistake) => {
    const { messages } = problemsIn({ "a.yaml": halves }, mistake(application()));
    expect(messages.split("\n")).toEqual([
      expect.stringMatching(/^environments\/lab\.yaml/),
      expect.stringContaining(weights),
    ]);
    expect(problemsIn({ "a.yaml": halves }, application()).messages).toContain(weights);
    expect(problemsIn({ "a.yaml": service("cart") }, mistake(application())).messages).not.toContain(
      "a.yaml",
    );
  });

  test("are told beside a file that is no YAML, but for what that file may hold", () => {
    const { messages } = problemsIn(
      { "a.yaml": halves.replace(service("cart"), ""), "b.yaml": "a: [" },
      application(),
    );
    expect(messages).toContain("applications/shop/b.yaml:1:5: a YAML file");
    expect(messages).toContain("spec.http[0].route: weights");
    expect(messages).not.toContain("a Service of namespace shop");
  });
});

describe("the files of an application", () => {
  test("are those directly in its folder, in the order of their names", () => {
    const files = {
      "b.yaml": service("b"),
      "a.yml": service("a"),
      "more/c.yaml": service("c"),
      "d.txt": "d",
    };
    const { messages, objects } = problemsIn(files, application());
    expect(messages).toBe("");
    expect(objects?.["shop"]?.map(({ metadata }) => metadata.name)).toEqual(["a", "b"]);
  });

  test("are those that it lists", () => {
    const files = { "b.yaml": service("b"), "more/c.yaml": service("c") };
    const { messages, objects } = problemsIn(files, application(", files: [more/c.yaml]"));
    expect(messages).toBe("");
    expect(objects?.["shop"]?.map(({ metadata }) => metadata.name)).toEqual(["c"]);
  });

  test("are named with the environment file's line where they are missing", () => {
    expect(problemsIn({ "b.yaml": service("b") }, application(", files: [b.yaml, c.yaml]")).messages).toBe(
      'environments/lab.yaml:7:88 applications[0].files[1]: a YAML file inside this project, got "applications/shop/c.yaml", which does not exist; name one that exists',
    );
    expect(problemsIn({}, application()).messages).toContain(
      'a folder with .yaml files, got "applications/shop", which has none',
    );
    expect(
      problemsIn({}, application().replace("applications/shop", "applications/shops")).messages,
    ).toContain(
      'applications[0].path: a folder inside this project, got "applications/shops", which does not exist',
    );
  });

  test("do not lie outside of the project, whatever a link says", () => {
    const link = (target: string) => (root: string) => {
      symlinkSync(target, join(root, "applications", "shop", "linked.yaml"));
    };
    const listed = application(", files: [linked.yaml]");
    expect(problemsIn({}, listed, link("/etc/hostname")).messages).toContain(
      'got "applications/shop/linked.yaml", a link that leads out of the project',
    );
    expect(problemsIn({ "b.yaml": service("b") }, listed, link("b.yaml")).messages).toBe("");
  });

  test("are read as kubectl reads them: YAML 1.1, with dates as texts", () => {
    const text =
      "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\ndata: { day: 2026-11-21, time: 12:30:00 }\nimmutable: yes\nmode: 0644\n";
    expect(problemsIn({ "a.yaml": text }, application()).objects?.["shop"]?.[0]).toMatchObject({
      data: { day: "2026-11-21", time: "12:30:00" },
      immutable: true,
      mode: 0o644,
    });
  });
});

describe("an application", () => {
  const hostile = '${a} $${b} %{ if c } {{ .Values.d }} \\n "e"';
  const environment = `${existing}applications: [{ name: books, path: applications/bookinfo, files: [bookinfo.yaml], namespace: books }]\n`;
  const valuesOf = (text: string) => {
    const { helm_release: releases = {} } = synthesizeMesh(text).json.resource as unknown as Record<
      string,
      Record<string, Written>
    >;
    return Object.values(releases).find(({ name }) => name === "books");
  };

  test("is a release of its own after the policies, in a namespace that is made with injection", () => {
    const mesh = synthesizeMesh(environment);
    expect(valuesOf(environment)?.depends_on).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^kubernetes_namespace_v1\.applications_books/),
        expect.stringMatching(/^helm_release\.policies/),
      ]),
    );
    expect(JSON.stringify(mesh.json)).toContain('"istio-injection":"enabled"');
    expect(
      JSON.stringify(
        synthesizeMesh(environment.replace("namespace: books }", "namespace: books, injection: none }")).json,
      ),
    ).not.toContain('"name":"books","labels":{"istio-injection":"enabled"');
  });

  test("keeps the address of its namespace when mesh.namespaces lists it", () => {
    const listed = environment.replace("applications: [", "  namespaces: [{ name: books }]\napplications: [");
    const namespaces = (text: string) =>
      Object.keys(
        (synthesizeMesh(text).json.resource as unknown as Record<string, object>)[
          "kubernetes_namespace_v1"
        ] ?? {},
      );
    expect(namespaces(listed)).toEqual(namespaces(environment));
  });

  test("adds nothing where there is none", () => {
    const names = JSON.stringify(synthesizeMesh(existing).json);
    expect(names).not.toContain("application-objects");
    expect(names).not.toContain('"checks"');
  });

  test("reaches the cluster to the letter", () => {
    inTemporaryFolder((root) => {
      mkdirSync(join(root, "applications", "shop"), { recursive: true });
      const object = {
        apiVersion: "v1",
        kind: "ConfigMap",
        metadata: { name: "a" },
        data: { "a.b": hostile },
      };
      writeFileSync(join(root, "applications", "shop", "a.yaml"), JSON.stringify(object));
      const parsed = parse(application());
      if ("problems" in parsed) throw new Error("invalid");
      const { environment: read } = withApplications(root, parsed.environment);
      const app = new App({ outdir: join(root, "out"), stackTraces: false });
      new MeshStack(app, "lab-mesh", {
        environment: asLiteral(read),
        chartFiles: anyChartFiles,
        upgradableFrom: () => [],
      });
      app.synth();
      const { resource } = readStack<{ resource: { helm_release: Record<string, Written> } }>(
        join(root, "out"),
        "lab-mesh",
      );
      const release = Object.values(resource.helm_release).find(({ name }) => name === "shop");
      const [written = ""] = release?.values ?? [];
      expect(written).toContain("$${a}");
      // What Terraform makes of its escapes, and Helm of the YAML.
      const values = parseYaml(written.replaceAll("$${", "${").replaceAll("%%{", "%{"), {
        version: "1.1",
      }) as object;
      expect(values).toEqual({ manifests: [object] });
    });
  });
});

describe("of Bookinfo", () => {
  const folder = join(__PROJECT_ROOT__, "applications", "bookinfo");
  const lessons = readdirSync(join(folder, "lessons"));
  const bookinfo = readEnvironments({
    projectRoot: __PROJECT_ROOT__,
    selection: { names: ["bookinfo"], variable: undefined },
  });

  test("the shipped environment is right, without a warning", () => {
    expect(bookinfo.problems).toEqual([]);
    expect(bookinfo.environments).toHaveLength(1);
  });

  test.each(lessons)("lesson %s is right, without a warning, and has checks", (lesson) => {
    const [environment] = bookinfo.environments;
    if (environment === undefined) throw new Error("no environment");
    const files = ["bookinfo.yaml", "destination-rules.yaml", "gateway.yaml", `lessons/${lesson}`];
    const applications = environment.applications.map((each) => ({ ...each, files }));
    const read = withApplications(__PROJECT_ROOT__, { ...environment, applications });
    expect(read.problems.map(formatProblem)).toEqual([]);
    expect(read.findings).toEqual([]);
  });
});
