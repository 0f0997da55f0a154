import { defineConfig } from "vitest/config";

// `fast` is `npm test`, `fuzz` is `npm run fuzz`. The others need programs or providers and run as stages of .ci/run.
const projects = ["fast", "charts", "providers", "fuzz"] as const;

export default defineConfig({
  define: { __PROJECT_ROOT__: JSON.stringify(import.meta.dirname) },
  test: {
    projects: projects.map((name) => ({
      extends: true,
      test: {
        name,
        include: name === "fast" ? ["__tests__/**/*.test.ts"] : [`__tests__/**/*.${name}.ts`],
        pool: "threads",
        isolate: false,
        // A limit for what hangs, and none for a machine that is busy.
        testTimeout: 120_000,
        // One for each core, also where there are two: nothing else is to be done meanwhile.
        ...(name === "fuzz" || name === "fast" ? { maxWorkers: "100%" } : {}),
      },
    })),
  },
});
