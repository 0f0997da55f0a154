import { type ReleaseBlock, type Stack } from "../stack/block";
import { stuckRelease } from "./without-providers/release-state";

/** What Helm says when an earlier run was interrupted before it could store how it ended. */
const interrupted = /cannot re-use a name that is still in use|another operation \([^)]*\) is in progress/;

/**
 * What a person is told of releases that an earlier, interrupted run stands in the way of.
 *
 * @param errors Terraform's, each with the address that it is about
 * @param readStack is called only where an error is of this kind
 */
export function interruptedBefore(errors: readonly string[], readStack: () => Stack): readonly string[] {
  if (!errors.some((error) => interrupted.test(error))) return [];
  const blocked = readStack().blocks.filter(
    (block): block is ReleaseBlock =>
      block.kind === "release" &&
      errors.some((error) => error.startsWith(`${block.address}: `) && interrupted.test(error)),
  );
  return blocked.map(({ name, namespace }) => {
    const clear = (status: string) => {
      const { remedy = [] } = stuckRelease({ name, namespace, status, chart: "" }) ?? {};
      return `helm ${remedy.join(" ")}`;
    };
    return (
      `release ${name} in namespace ${namespace} was left halfway by an earlier run. ` +
      `'helm list --all --namespace ${namespace}' shows its status; ` +
      `clear pending-install with: ${clear("pending-install")}; ` +
      `pending-upgrade with: ${clear("pending-upgrade")}. Then deploy again`
    );
  });
}
