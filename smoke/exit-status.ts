/** How the project's commands end; run.mjs ends them with 70 (EX_SOFTWARE) at a mistake of their own. */
export const exitStatus = {
  passed: 0,
  /** What is checked does not hold. */
  failed: 1,
  /** Wrong usage or invalid input. */
  wrongInput: 2,
  /** Time ran out, or the run was interrupted, while something was still on its way. */
  timeRanOut: 3,
} as const;
