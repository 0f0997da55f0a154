import { defineConfig } from "vitest/config";

// Fast tests of what Stryker changes in this process; those that start others would see nothing of it.
// MUTATE_TESTS="__tests__/config/*.test.ts" names those that are enough, for minutes instead of hours.
const everything =
  "__tests__/{aks,composition,config,eks,exposures,features,mesh}/**/*.test.ts __tests__/*.test.ts";

export default defineConfig({
  define: { __PROJECT_ROOT__: JSON.stringify(import.meta.dirname) },
  test: {
    include: (process.env["MUTATE_TESTS"] ?? everything).split(" "),
    exclude: [
      "__tests__/{run,synth}.test.ts",
      // Thousands of files, which notice what throws and little else.
      "__tests__/{config/mutated-environments,mesh/literal-texts}.test.ts",
    ],
  },
});
