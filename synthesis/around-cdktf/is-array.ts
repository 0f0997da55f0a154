import util from "node:util";

/**
 * Gives cdktf 0.21 a `util.isArray` that Node does not warn of.
 *
 * It calls the one that Node deprecated and may remove; Node 24 says so at every synthesis.
 */
export function replaceDeprecatedIsArray(): void {
  Object.assign(util, { isArray: Array.isArray });
}
