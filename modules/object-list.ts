import type { DataKubernetesResources } from "@cdktf/provider-kubernetes/lib/data-kubernetes-resources";
import { Fn, Token } from "cdktf";

/** The value at `path` in the first object of a list, or `otherwise` where there is no object or no such key. */
export function firstOf(
  list: DataKubernetesResources,
  path: readonly (string | number)[],
  otherwise: string,
): string {
  const first = Fn.element(list.interpolationForAttribute("objects"), 0);
  return Token.asString(Fn.try([Fn.lookupNested(first, [...path]), otherwise]));
}
