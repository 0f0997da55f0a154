import { describe, expect, test } from "vitest";
import { formatProblem } from "../../config/reading/problem";
import { existing, messagesOf, parse, problemsOf } from "./environment-files";

test("a valid file becomes an environment with its defaults, named after the file", () => {
  const result = parse(existing, "environments/kvm-lab.yaml");
  expect(result).toMatchObject({
    environment: { name: "kvm-lab", mesh: { istioVersion: "1.31.1", mtls: "strict" }, gateways: [] },
    warnings: [],
  });
});

test("a message says where, what is accepted, what was found and what to do", () => {
  const text = existing.replace("1.31.1", "1.31.1\n  mtls: strickt");
  expect(messagesOf(text)).toBe(
    'environments/lab.yaml:7:3 mesh.mtls: strict or permissive, got "strickt"; did you mean strict?',
  );
});

test("all problems of a file come together, in the order of the file", () => {
  const text = `${existing.replace("kubeconfig", "kubeconfg")}gateways:
  - name: Ingress
    exposure: { kind: clusterip }
size: small
health: { pth: /healthz }
`;
  expect(problemsOf(text).map(({ path, position }) => [path, position?.line])).toEqual([
    ["target.connection.kind", 4],
    ["gateways[0].name", 8],
    ["size", 10],
    ["health.pth", 11],
  ]);
});

describe("unknown keys", () => {
  test("are answered with the nearest known key", () => {
    expect(messagesOf(existing.replace("istioVersion", "istioVerison"))).toContain(
      "did you mean istioVersion?",
    );
  });

  test("are answered with the place where such a key belongs", () => {
    expect(messagesOf(`${existing}mtls: strict\n`)).toContain(
      "it belongs at mesh.mtls or mesh.namespaces.mtls",
    );
  });

  test("that resemble nothing are listed against all that is accepted", () => {
    expect(messagesOf(`${existing}zzz: 1\n`)).toMatch(
      /takes target, mesh, .* or backend, .*"zzz"; remove it/,
    );
  });

  test("of another kind of backend are not accepted", () => {
    expect(messagesOf(`${existing}backend: { kind: local, bucket: state }\n`)).toContain(
      "backend takes kind or directory",
    );
    expect(messagesOf(`${existing}backend: { kind: s3, bucket: state, region: eu-central-1 }\n`)).toBe("");
  });
});

describe("values of the wrong type", () => {
  test("an unquoted version is to be quoted, as it was written", () => {
    expect(messagesOf(existing.replace('"1.35"', "1.30"))).toContain('got 1.30; put it in quotes: "1.30"');
    expect(messagesOf(existing.replace("1.31.1", "1.31"))).toContain('put it in quotes: "1.31"');
    expect(messagesOf(existing.replace('"1.35"', "'1.35'"))).toBe("");
  });

  test("yes and no are true and false in YAML 1.2", () => {
    expect(messagesOf(existing.replace("1.31.1", "1.31.1\n  cni: { enabled: no }"))).toContain("write false");
    expect(messagesOf(existing.replace("1.31.1", "1.31.1\n  cni: { enabled: false }"))).toBe("");
  });

  test("a number in quotes loses them", () => {
    const gateways = (min: string) =>
      `${existing}gateways: [{ name: a, exposure: { kind: clusterip }, replicas: { min: ${min}, max: 3 } }]\n`;
    expect(messagesOf(gateways('"2"'))).toContain("remove the quotes: 2");
    expect(messagesOf(gateways("2"))).toBe("");
  });

  test("a kind written in place of its mapping is spelt out", () => {
    expect(messagesOf(`${existing}gateways: [{ name: a, exposure: clusterip }]\n`)).toContain(
      "write exposure: { kind: clusterip }",
    );
  });

  test("a key without a value and a key that is missing are told apart", () => {
    expect(messagesOf(`${existing}health:\n`)).toContain("give health a value or remove it");
    expect(messagesOf(existing.replace(", context: lab", ""))).toContain("got nothing; add context");
  });

  test("a long text is shortened", () => {
    const message = messagesOf(existing.replace("lab }", `lab, path: ["${"x".repeat(500)}"] }`));
    expect(message).toContain("got a list of 1");
    expect(messagesOf(existing.replace("1.31.1", "x".repeat(500))).length).toBeLessThan(300);
  });
});

describe("a text that is no plain YAML mapping", () => {
  test.each([
    ["an empty file", "", "got nothing"],
    ["a file of comments", "# nothing\n", "got nothing"],
    ["a list", "- target\n", "got a list"],
    ["a word", "hello\n", 'got "hello"'],
    ["a binary", "\u007fELF\u0000\u0001", "got bytes that are not text; save the file as UTF-8"],
    ["bytes that are not UTF-8", "target: \uFFFD\n", "got bytes that are not text"],
    ["a tab", "target:\n\tkind: aws\n", "got a tab; replace the tab by spaces"],
    ["an open bracket", "target: [1\n", "what YAML cannot read"],
    ["a thousand brackets", "[".repeat(9000), "got too many levels"],
    ["hundreds of closed brackets", `a: ${"[".repeat(300)}${"]".repeat(300)}`, "got too many levels"],
    ["several documents", `${existing}---\n${existing}`, "got 2 documents; move what follows --- into"],
    ["a key twice", `${existing}health: {}\nhealth: {}\n`, "lab.yaml:8:1: each key stands once"],
    ["an anchor", existing.replace("kind: existing", "kind: &k existing"), "got an anchor (&k); remove &k"],
    ["a tag", existing.replace("1.31.1", "!secret 1.31.1"), "got a tag; remove the tag"],
    ["a list as a key", `${existing}? [a]\n: 1\n`, "got a key that is no word"],
    ["the prototype as a key", `${existing}__proto__: {}\n`, '"__proto__"; remove it'],
  ])("%s is told so", (_, text, message) => {
    expect(messagesOf(text)).toContain(message);
  });

  test("an alias is refused, and the sections without one are still judged", () => {
    const text = `target: &t 3\nmesh: { istioVersion: *t }\nsize: small\n`;
    const messages = messagesOf(text);
    expect(messages).toContain("2:23: ");
    expect(messages).toContain("an alias (*t); write the value out here");
    expect(messages).toContain("target: a mapping with kind: aws, azure or existing, got 3");
    expect(messages).toContain("it belongs at mesh.size");
    expect(messages).not.toContain("mesh.istioVersion");
  });

  test.each([
    ["that leads nowhere", "health: { path: *nowhere }"],
    ["that leads to itself", "health: &h { path: *h }"],
    [
      "that multiplies",
      `health: { a: &a [1, 1], b: &b [*a, *a], ${[..."cdefghijklmnopqrstuvwxyz"].map((c, i) => `${c}: &${c} [*${"bcdefghijklmnopqrstuvwxy"[i]}, *${"bcdefghijklmnopqrstuvwxy"[i]}]`).join(", ")} }`,
    ],
  ])("an alias %s does no harm", (_, section) => {
    expect(messagesOf(`${existing}${section}\n`)).toContain("write the value out here");
  });

  test("a merge key is refused", () => {
    expect(messagesOf(`${existing}health: { <<: { path: / } }\n`)).toContain("got a merge key (<<)");
  });

  test("line ends and a byte-order mark of other systems do no harm", () => {
    expect(messagesOf(`\uFEFF${existing.replaceAll("\n", "\r\n")}`)).toBe("");
  });
});

test("a warning says that it is one", () => {
  const words = { source: "a.yaml", path: "mesh", found: "x", accepted: "y", advice: "z" };
  expect(formatProblem({ severity: "warning", ...words })).toBe("a.yaml mesh: warning: y, got x; z");
  expect(formatProblem({ severity: "error", ...words })).toBe("a.yaml mesh: y, got x; z");
});
