// `npm run mutate -- 'config/rules/**/*.ts'` changes those files a little in thousands of ways, in a copy of the
// project, and tells which changes no fast test notices. It is no stage of CI: a folder takes the better part of an hour.

/** @type {import("@stryker-mutator/api/core").PartialStrykerOptions} */
export default {
  testRunner: "vitest",
  vitest: { configFile: "vitest.mutation.config.mts", related: false },
  coverageAnalysis: "perTest",
  // What runs once while a module is loaded cannot be told from test to test.
  ignoreStatic: true,
  concurrency: 1,
  reporters: ["clear-text", "progress"],
  clearTextReporter: { allowColor: false, reportTests: false },
  thresholds: { high: 90, low: 85, break: 85 },
  tempDirName: ".stryker",
  ignorePatterns: [".bundle", ".ci", ".state", "cdktf.out"],
};
