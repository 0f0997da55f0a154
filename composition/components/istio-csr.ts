import type { Component } from "./component";

/**
 * istio-csr: asks cert-manager to sign what proxies ask for.
 *
 * @see https://cert-manager.io/docs/usage/istio-csr/
 */
export const istioCsr: Component = {
  chart: "cert-manager-istio-csr",
  repository: "oci://quay.io/jetstack/charts",
  calledPorts: [],
  guardedValues: {},
};
