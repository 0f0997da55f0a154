import { Fn, type IResolvable, Token } from "cdktf";

/**
 * The value at `path` in the first of some Kubernetes objects, or `otherwise` where there is no object or no such key.
 *
 * @param objects the attribute `objects` of a data source `kubernetes_resources`
 */
export function firstOf(objects: IResolvable, path: readonly string[], otherwise: string): string {
  return Token.asString(Fn.try([Fn.lookupNested(Fn.element(objects, 0), [...path]), otherwise]));
}
