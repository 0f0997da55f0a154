import type { z } from "zod";
import type { environmentFile } from "../../config/environment";
import { type Place, placeOfExisting } from "../../config/target/target";
import type { Profile } from "./keys";

/** Keys of an environment file as a profile writes them. */
export type Preset = Partial<Pick<z.input<typeof environmentFile>, "mesh" | "gateways" | "certManager">>;
type Gateway = NonNullable<Preset["gateways"]>[number];

/** What stands in for istioctl's Services of type LoadBalancer: on a cluster of no cloud, ports of the nodes. */
const exposures: Readonly<Record<Place, Gateway["exposure"]>> = {
  aws: { kind: "nlb" },
  "existing on aws": { kind: "nlb" },
  azure: { kind: "azure-lb" },
  "existing on azure": { kind: "azure-lb" },
  existing: { kind: "nodeport" },
};

const withoutCertificates: Preset = { certManager: { management: "none" } };

const ingress = (place: Place): Gateway => ({ name: "ingress", exposure: exposures[place] });

export const presets: Readonly<Record<Profile, (place: Place) => Preset>> = {
  minimal: () => withoutCertificates,
  default: (place) => ({ ...withoutCertificates, gateways: [ingress(place)] }),
  demo: (place) => ({
    ...withoutCertificates,
    mesh: {
      size: "small",
      accessLogs: "text",
      istiod: { resources: { requests: { cpu: "10m", memory: "100Mi" } } },
      proxyResources: demoProxy,
    },
    gateways: [
      {
        ...ingress(place),
        resources: demoProxy,
        ports: [
          { kind: "tcp", name: "tcp", port: 31400 },
          { kind: "passthrough", name: "tls", port: 15443 },
        ],
      },
      { name: "egress", direction: "egress", exposure: { kind: "clusterip" }, resources: demoProxy },
    ],
  }),
  ambient: () => ({ ...withoutCertificates, mesh: { mode: "ambient" } }),
};

const demoProxy = { requests: { cpu: "10m", memory: "40Mi" } } as const;

type Mapping = Readonly<Record<string, unknown>>;

function isMapping(value: unknown): value is Mapping {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function has<Key extends string>(record: Readonly<Record<Key, unknown>>, key: unknown): key is Key {
  return typeof key === "string" && Object.hasOwn(record, key);
}

/** What the profile of a file presets; nothing where it names none that there is, or no target. */
export function presetOf({ mesh, target }: { readonly mesh?: unknown; readonly target?: unknown }): Preset {
  if (
    !isMapping(mesh) ||
    !isMapping(target) ||
    (mesh["management"] !== undefined && mesh["management"] !== "install")
  )
    return {};
  const place = placeIn(target);
  return has(presets, mesh["profile"]) && has(exposures, place) ? presets[mesh["profile"]](place) : {};
}

function placeIn({ kind, cloud }: Mapping): unknown {
  if (kind !== "existing" || !isMapping(cloud)) return kind;
  return cloud["kind"] === "aws" || cloud["kind"] === "azure" ? placeOfExisting(cloud["kind"]) : kind;
}

/** What is written over what is preset: mappings key by key, everything else as a whole. */
export function overPreset(written: unknown, preset: unknown): unknown {
  if (written === undefined) return preset;
  if (!isMapping(written) || !isMapping(preset)) return written;
  const keys = [...new Set([...Object.keys(preset), ...Object.keys(written)])];
  return Object.fromEntries(keys.map((key) => [key, overPreset(written[key], preset[key])]));
}
