import tseslint from "typescript-eslint";

/**
 * Where files lie and what they may import from this project; everything else is refused. Of two that match a file the
 * later one counts.
 *
 * A room in features/ or exposures/ has files on three floors: keys.ts is a part of the schema, below everything;
 * rules.ts, contribution.ts and the like are pure; what builds constructs is named in `constructs`.
 */
const pure = ["config", "contract", "composition", "features", "exposures"];
const constructs = [
  "exposures/*parts.ts",
  "exposures/*/{parts,attachments,guard,load-balancer-controller,adopted-controller,controller-identity}.ts",
];
const zones = [
  { files: ["contract/**"], allowed: ["contract"] },
  { files: ["config/**"], allowed: pure },
  { files: ["composition/**"], allowed: ["composition", "config", "contract"] },
  { files: ["features/**", "exposures/**"], allowed: pure },
  { files: ["features/*/keys.ts", "exposures/*/keys.ts"], allowed: ["config", "contract"] },
  { files: constructs, allowed: [...pure, "modules"], builds: true },
  { files: ["modules/**"], allowed: [...pure, "modules"], builds: true },
  { files: ["stacks/**"], allowed: [...pure, "modules"], builds: true },
  { files: ["smoke/**"], allowed: ["smoke", "contract"] },
  { files: ["rehearsal/**"], allowed: ["rehearsal", "smoke", "config", "contract"] },
  { files: ["dashboard/**"], allowed: ["dashboard", "rehearsal", "smoke", "config", "contract"] },
  { files: ["gitops/**"], allowed: ["gitops", "rehearsal", "smoke", "config", "contract"] },
  {
    files: ["materials/**"],
    allowed: ["materials", "rehearsal", "smoke", "config", "contract", "composition"],
  },
  { files: ["calendars/**"], allowed: ["calendars", "rehearsal", "smoke"] },
  { files: ["deployment/**"], allowed: ["deployment", "rehearsal", "smoke", "config", "contract"] },
];
const folders = [
  ...pure,
  "modules",
  "stacks",
  "smoke",
  "rehearsal",
  "deployment",
  "dashboard",
  "gitops",
  "materials",
  "calendars",
  "bench",
  "synthesis",
  "main",
];

const cdktf = {
  group: ["cdktf", "cdktf/*", "constructs", "@cdktf/*"],
  message: "only modules/, stacks/, main.ts and the parts of exposures build constructs",
};
const packageRoots = {
  regex: "^@cdktf/provider-[a-z]+$",
  message:
    "import the one file, such as @cdktf/provider-helm/lib/release: the package root loads every resource (2 s)",
};

const onlyZod = {
  regex: "^(?!zod$|\\.)",
  message: "contract/ is a schema that everything reads: it imports zod and nothing else",
};

const direction = zones.map(({ files, allowed, builds = false }) => {
  const refused = folders.filter((name) => !allowed.includes(name)).map((name) => `**/${name}/**`);
  const place = files.join(", ");
  const patterns = [
    packageRoots,
    { group: [...refused, "**/main"], message: `${place} imports only from ${allowed.join(", ")}` },
  ];
  if (!builds) patterns.push(cdktf);
  if (place === "contract/**") patterns.push(onlyZod);
  if (place === "stacks/**") {
    patterns.push({
      regex: "^\\./.*-?(cluster|mesh)$",
      message: "stacks never import each other: main.ts hands on what the next one needs",
    });
  }
  return { files, rules: { "@typescript-eslint/no-restricted-imports": ["error", { patterns }] } };
});

export default tseslint.config(
  { ignores: ["node_modules", ".ci", "cdktf.out", ".bundle", ".stryker", "**/*.generated.*"] },
  ...tseslint.configs.strict,
  {
    files: ["**/*.ts"],
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      "@typescript-eslint/no-restricted-imports": ["error", { patterns: [packageRoots] }],
      "@typescript-eslint/switch-exhaustiveness-check": "error",
      "@typescript-eslint/no-floating-promises": "error",
      "@typescript-eslint/consistent-type-imports": "error",
      // A construct registers itself with its scope: `new Release(this, …)` is the CDK idiom.
      "no-new": "off",
      "@typescript-eslint/no-extraneous-class": "off",
      // cdktf 0.21 writes such an operand as `undefined`.
      "no-restricted-syntax": [
        "error",
        ...[
          '[arguments.1.raw=/^(""|0|false|null)$/]',
          '[arguments.1.type="Identifier"][arguments.1.name="undefined"]',
        ].map((operand) => ({
          selector: `CallExpression[callee.object.name="Op"]${operand}`,
          message:
            "cdktf writes the second operand as undefined: compare Fn.lengthOf(…) with 1, or use Op.not",
        })),
      ],
      "max-lines": ["error", { max: 400, skipBlankLines: true, skipComments: true }],
    },
  },
  ...direction,
);
