import { minorOf } from "../../config/compatibility/version";

/**
 * Newest minor version of Istio that the add-on has.
 *
 * @see https://learn.microsoft.com/azure/aks/istio-support-policy#service-mesh-add-on-release-calendar
 */
export const newestOfAddOn = "1.30";

/** The add-on's name for the control plane of a version of Istio, such as `asm-1-30`. */
export function addOnRevision(istioVersion: string): string {
  return `asm-${minorOf(istioVersion).replace(".", "-")}`;
}
