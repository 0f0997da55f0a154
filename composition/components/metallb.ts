import type { Component } from "./component";

/**
 * MetalLB, which answers Services of type LoadBalancer where no cloud does.
 *
 * @see https://metallb.io/installation/
 */
export const metallb = {
  chart: "metallb",
  repository: "https://metallb.github.io/metallb",
  // renovate: datasource=helm depName=metallb registryUrl=https://metallb.github.io/metallb
  version: "0.15.3",
  // Only clusters that exist have it, and their networks are not ours.
  calledPorts: [],
  guardedValues: {},
} as const satisfies Component;
