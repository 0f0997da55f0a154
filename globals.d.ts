/** The folder that holds package.json; run.mjs and vitest.config.ts define it, because a bundle moves `__dirname`. */
declare const __PROJECT_ROOT__: string;
