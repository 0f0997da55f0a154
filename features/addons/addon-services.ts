import { addonsNamespace } from "../../composition/namespace-names";
import type { AddonOutputs } from "../../contract/outputs";
import type { AddonName, Addons } from "./keys";

/** Ports of the add-ons' Services, which are named like them. */
export const servicePorts = {
  prometheus: 9090,
  grafana: 3000,
  jaeger: 16686,
  kiali: 20001,
} as const satisfies Readonly<Record<AddonName, number>>;

export const addonNames = Object.keys(servicePorts) as readonly AddonName[];

/** Add-ons of an environment. */
export function installedAddons(addons: Addons): readonly AddonName[] {
  return addonNames.filter((name) => addons[name] !== undefined);
}

/** URL of an add-on inside of the cluster. */
export function addonUrl(name: AddonName): string {
  return `http://${name}.${addonsNamespace}:${servicePorts[name]}`;
}

/** How each add-on is reached from outside: they have no way in but the API server's. */
export function addonOutputs(addons: Addons): Readonly<Record<string, AddonOutputs>> {
  return Object.fromEntries(
    installedAddons(addons).map((name) => {
      const localPort = addons[name]?.localPort ?? servicePorts[name];
      return [
        name,
        {
          service: `${addonsNamespace}/${name}`,
          port: String(servicePorts[name]),
          url: `http://localhost:${localPort}`,
          port_forward: `kubectl port-forward --namespace ${addonsNamespace} service/${name} ${localPort}:${servicePorts[name]}`,
        },
      ];
    }),
  );
}
