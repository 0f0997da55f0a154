import type { Platform } from "../../config/target/target-existing";

/** Platforms that Istio's charts know; any other value, `eks` and `aks` too, makes them fail. */
export type HelmPlatform = Exclude<Platform, "kubernetes">;

/** `global.platform` for a cluster, or undefined where the charts' own paths fit. */
export function helmPlatform(platform: Platform): HelmPlatform | undefined {
  return platform === "kubernetes" ? undefined : platform;
}
