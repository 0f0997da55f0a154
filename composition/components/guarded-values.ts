import type { GuardedValues } from "./component";

/** What to do instead of setting a guarded value, in the same words for every chart of Istio. */
export const advice = {
  revision: "set mesh.revisions",
  istioSystem: "remove it: everything expects istio-system",
  images: "set charts.images.registry",
  tag: "set mesh.istioVersion",
  pullSecrets: "set charts.images.pullSecrets",
  platform: "set target.platform",
  profile: "remove it, and set the values that you want from it",
  inCluster: "remove it: the control plane runs in this cluster",
} as const;

export const imageValues: GuardedValues = {
  hub: advice.images,
  tag: advice.tag,
  variant: advice.tag,
  "global.hub": advice.images,
  "global.tag": advice.tag,
  "global.variant": advice.tag,
};

export const profileValues: GuardedValues = {
  profile: advice.profile,
  "global.profile": advice.profile,
  platform: advice.platform,
  "global.platform": advice.platform,
};

/** Values below a key that the chart reads as if they stood at the top, as istiod's does below `pilot`. */
export const alsoBelow = (prefix: string, values: GuardedValues, except: RegExp): GuardedValues =>
  Object.fromEntries(
    Object.entries(values).flatMap(([key, advice]) =>
      except.test(key)
        ? [[key, advice]]
        : [
            [key, advice],
            [`${prefix}.${key}`, advice],
          ],
    ),
  );
