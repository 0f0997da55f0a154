import { stacksInMemory } from "../support/stacks/synthesized-stacks";
import { describe, expect, test } from "vitest";
import { formatProblem } from "../../config/reading/problem";
import { existing, messagesOf, parse, problemsOf } from "../support/environments/environment-files";

test("a valid file becomes an environment with its defaults, named after the file", () => {
  const result = parse(existing, "environments/kvm-lab.yaml");
  expect(result).toMatchObject({
    environment: { name: "kvm-lab", mesh: { istioVersion: "1.31.4", mtls: "strict" }, gateways: [] },
    warnings: [],
  });
});

test("a message says where, what is accepted, what was found and what to do", () => {
  const text = existing.replace("1.31.4", "1.31.4\n  mtls: strickt");
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
      "it belongs at mesh.mtls, mesh.namespaces.mtls or policies.mtls",
    );
  });

  test("that resemble nothing are listed against all that is accepted", () => {
    expect(messagesOf(`${existing}zzz: 1\n`)).toMatch(
      /takes target, mesh, .* or rollout, .*"zzz"; remove it/,
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
    expect(messagesOf(existing.replace("1.31.4", "1.31"))).toContain('put it in quotes: "1.31"');
    expect(messagesOf(existing.replace('"1.35"', "'1.35'"))).toBe("");
  });

  test("yes and no are true and false in YAML 1.2", () => {
    expect(messagesOf(existing.replace("1.31.4", "1.31.4\n  cni: { enabled: no }"))).toContain("write false");
    expect(messagesOf(existing.replace("1.31.4", "1.31.4\n  cni: { enabled: false }"))).toBe("");
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
    expect(messagesOf(existing.replace("1.31.4", "x".repeat(500))).length).toBeLessThan(300);
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
    ["a tag", existing.replace("1.31.4", "!secret 1.31.4"), "got a tag; remove the tag"],
    ["a list as a key", `${existing}? [a]\n: 1\n`, "got a key that is no word"],
    ["the prototype as a key", `${existing}__proto__: {}\n`, '"__proto__"; remove it'],
    [
      "a key twice, once in quotes",
      `${existing}health: {}\n"health": {}\n`,
      "lab.yaml:8:1: each key stands once",
    ],
    [
      "a tag that YAML knows",
      existing.replace("1.31.4", "!!str 1.31.4"),
      "lab.yaml:6:17: an environment file is",
    ],
    ["a timestamp", `${existing}health: { path: !!timestamp 2026-11-25 }\n`, "got a tag; remove the tag"],
    ["a set", `${existing}health: !!set { path }\n`, "lab.yaml:7:9: an environment file is one YAML mapping"],
    ["bytes in letters", `${existing}health: { path: !!binary aGk= }\n`, "got a tag"],
    ["the tag that is none", `${existing}health: { path: ! /x }\n`, "got a tag"],
    ["a tag of the whole file", `!!map\n${existing}`, "got a tag"],
    ["a tag in other words", `${existing}health: { path: !<tag:yaml.org,2002:str> /x }\n`, "got a tag"],
    ["a tag after an anchor", `${existing}health: { path: &a !!str /x }\n`, "got a tag"],
    [
      "YAML 1.1",
      `%YAML 1.1\n---\n${existing}  cni: { enabled: yes }\n`,
      "got a directive (%YAML); remove the line",
    ],
    ["YAML 1.2, said aloud", `%YAML 1.2\n---\n${existing}`, "lab.yaml:1:1: an environment file is"],
    [
      "other tags",
      `%TAG !! tag:example.com,2026:\n---\n${existing}`,
      "got a directive (%TAG); remove the line",
    ],
    ["a file that is too long", `${existing}#${"x".repeat(1_000_000)}\n`, "of at most 1,000,000 characters"],
    [
      "a number that loses digits",
      `${existing}  istiod: { values: { env: { A: 12345678901234567890 } } }\n`,
      "got 12345678901234567890; put it in quotes if it is a text",
    ],
    [
      "a number of cdktf's",
      `${existing}  istiod: { values: { env: { A: -1.8881545897087505e+289 } } }\n`,
      "beyond which digits get lost",
    ],
    [
      "a text with such a number",
      `${existing}  istiod: { values: { env: { A: "a -18881545897087505e273" } } }\n`,
      "write another text",
    ],
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

describe("a character that is not to be seen, or turns others around,", () => {
  test.each([
    ["in a comment", `# \u202E\n${existing}`, "lab.yaml:1:3: texts without control characters", "U+202E"],
    ["in a key", `${existing}"a\u001Bb": 1\n`, "lab.yaml:7:3: texts without", "U+001B"],
    ["in a value", existing.replace("context: lab", "context: l\u0007ab"), "lab.yaml:4:45: texts", "U+0007"],
    [
      "that is written as an escape",
      existing.replace("context: lab", String.raw`context: "l\u009Bab"`),
      "lab.yaml:4:44: texts",
      "U+009B",
    ],
    [
      "that would end a line of Terraform's",
      existing.replace("context: lab", String.raw`context: "l\rab"`),
      "lab.yaml:4:44: texts",
      "U+000D",
    ],
    [
      "that stands for itself on the way through cdktf",
      existing.replace("context: lab", "context: '$\uFDD0{x}'"),
      "lab.yaml:4:46: texts",
      "U+FDD0",
    ],
    [
      "that is half of one",
      existing.replace("context: lab", String.raw`context: "\uD800"`),
      "lab.yaml:4:44: texts",
      "U+D800",
    ],
  ])("is refused %s", (_, text, where, which) => {
    const messages = messagesOf(text);
    expect(messages).toContain(where);
    expect(messages).toContain(`got the character ${which}; remove the character`);
    expect(messages).not.toMatch(/[^\P{C}\n]/u);
  });

  test("is none where it is a letter, a tab or the end of a line", () => {
    expect(messagesOf(existing.replace("context: lab", 'context: "ärger 東京 👩‍💻\\t\\n"'))).toBe("");
  });
});

describe("keys that every object has", () => {
  test.each(["toString", "constructor", "hasOwnProperty", "valueOf"])(
    "are unknown like others: %s",
    (key) => {
      for (const text of [
        `${existing}${key}: 1\n`,
        `${existing}  ${key}: 1\n`,
        `${existing}health: { ${key}: 1 }\n`,
        existing.replace("context: lab", `context: lab, ${key}: 1`),
        `${existing}  istiod: { values: { ${key}: 1 } }\n`,
      ]) {
        expect(messagesOf(text)).toMatch(new RegExp(`${key}: .*"${key}"; remove it$`));
      }
    },
  );

  test("are names like others, too", () => {
    const text = `${existing}  namespaces: [{ name: constructor }]\ngateways: [{ name: constructor, exposure: { kind: clusterip } }]\n`;
    expect(messagesOf(text)).toBe("");
    expect(messagesOf(existing.replace("1.31.4", "1.31.4\n  cni: { enabled: constructor }"))).toContain(
      'got "constructor"; correct enabled',
    );
  });
});

describe("a message stays short, and is plain text,", () => {
  const long = "x".repeat(5000);
  test.each([
    ["a key", `${existing}${long.slice(0, 1000)}: 1\n`],
    ["a value", existing.replace("1.31.4", long)],
    ["a number", existing.replace('"1.35"', "1".repeat(5000))],
    ["an anchor", `${existing}health: &${long} {}\n`],
    ["an alias", `${existing}health: *${long}\n`],
    ["a tag", `${existing}health: !${long} {}\n`],
    ["a syntax error", `${existing}health: { ${long}\n`],
    [
      "a reference",
      `${existing}gateways: [{ name: a, exposure: { kind: clusterip }, tls: { issuer: ${"y".repeat(63)}, hosts: [${Array.from({ length: 500 }, (_, i) => `h${i}.test`).join(", ")}] } }]\nhealth: { host: other.test }\n`,
    ],
    [
      "many names",
      `${existing}gateways: [{ name: a, exposure: { kind: clusterip }, tls: { issuer: z, hosts: [a.test] } }]\ncertManager: { issuers: [${Array.from({ length: 500 }, (_, i) => `{ kind: ca, name: i${i}, secretName: s }`).join(", ")}] }\n`,
    ],
  ])("however long %s is", (_, text) => {
    const lines = messagesOf(text).split("\n");
    expect(lines[0]).not.toBe("");
    for (const line of lines) expect(line.length).toBeLessThan(1100);
  });

  test("whatever the file is called", () => {
    expect(messagesOf("", "environments/\u001B[31mred\u202E.yaml")).toContain(
      String.raw`environments/\u{1b}[31mred\u{202e}.yaml:1:1: `,
    );
  });
});

test.each([
  ["at the top", (keys: string) => `${existing}${keys}`],
  ["below a key", (keys: string) => `${existing}health:\n${keys.replaceAll(/^/gm, "  ")}`],
])("of thousands of unknown keys %s a hundred are told one by one", (_, place) => {
  const keys = Array.from({ length: 20_000 }, (_, index) => `key${index}: 1`).join("\n");
  const problems = problemsOf(place(keys));
  expect(problems).toHaveLength(101);
  expect(problems.at(-1)?.found).toBe("19900 more unknown keys");
});

test("a warning says that it is one", () => {
  const words = { source: "a.yaml", path: "mesh", found: "x", accepted: "y", advice: "z" };
  expect(formatProblem({ severity: "warning", ...words })).toBe("a.yaml mesh: warning: y, got x; z");
  expect(formatProblem({ severity: "error", ...words })).toBe("a.yaml mesh: y, got x; z");
});

test("a misplaced key is led to where its value fits", () => {
  const of = (value: string) => messagesOf(`${existing}health: { observability: ${value} }\n`);
  expect(of("{ metrics: {} }")).toMatch(/it belongs at observability$/);
  expect(of("true")).toMatch(/it belongs at target\.network\.dataPlane\.observability$/);
});

test("names that every object of JavaScript has are names like others", () => {
  const text = `${existing.replace("istioVersion: 1.31.4", "istioVersion: 1.31.4\n  istiod: { values: { env: { constructor: x, toString: y } } }")}
gateways: [{ name: constructor, exposure: { kind: clusterip }, values: { labels: { constructor: a, valueOf: b } } }]
checks:
  - name: constructor
    request: { gateway: constructor, headers: { constructor: a, valueOf: b } }
    expect: { headers: { constructor: a }, status: 200 }
`;
  const parsed = parse(text);
  expect(messagesOf(text)).toBe("");
  if ("problems" in parsed) return;
  expect(JSON.stringify(stacksInMemory(parsed.environment))).toContain("valueOf: b");
});

test("what is no certificate is refused at once, however much white space it has", () => {
  const text = `-----BEGIN CERTIFICATE-----${" ".repeat(90_000)}`;
  const messages = messagesOf(
    `${existing}  ca: { kind: cacerts, secretName: ca, roots: [${JSON.stringify(text)}] }\n`,
  );
  expect(messages).toContain("mesh.ca.roots[0]: certificates in PEM form");
});
