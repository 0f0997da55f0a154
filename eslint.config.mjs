import tseslint from "typescript-eslint";

/** Folders and what each may import from this project; everything else is refused. */
const allowedImports = {
  contract: ["contract"],
  config: ["config", "contract"],
  modules: ["modules", "config", "contract"],
  stacks: ["modules", "config", "contract"],
  smoke: ["smoke", "contract"],
  rehearsal: ["rehearsal", "smoke", "config", "contract"],
};
const folders = ["contract", "config", "modules", "stacks", "smoke", "rehearsal", "bench", "main"];

const cdktf = {
  group: ["cdktf", "cdktf/*", "constructs", "@cdktf/*"],
  message: "only modules/, stacks/ and main.ts build constructs",
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

const direction = Object.entries(allowedImports).map(([folder, allowed]) => {
  const refused = folders.filter((name) => !allowed.includes(name)).map((name) => `**/${name}/**`);
  const patterns = [
    packageRoots,
    { group: [...refused, "**/main"], message: `${folder}/ imports only from ${allowed.join(", ")}` },
  ];
  if (!["modules", "stacks"].includes(folder)) patterns.push(cdktf);
  if (folder === "contract") patterns.push(onlyZod);
  if (folder === "stacks") {
    patterns.push({
      regex: "^\\./.*-?(cluster|mesh)$",
      message: "stacks never import each other: main.ts hands on what the next one needs",
    });
  }
  return {
    files: [`${folder}/**/*.ts`],
    rules: { "@typescript-eslint/no-restricted-imports": ["error", { patterns }] },
  };
});

export default tseslint.config(
  { ignores: ["node_modules", ".ci", "cdktf.out", ".bundle", "**/*.generated.*"] },
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
