import { parseDocument } from "yaml";

import { type Container, type Pod, type Service } from "../api/objects";
import { applicationStandIn } from "./application";
import { echoAdvanced, echoBasic } from "./conformance-images";
import { spanReceiver } from "./span-receiver";
import { type IstioPrograms } from "../programs/istio";
import { type ConfigurationFile, type StandIn, type StandInPrograms } from "./stand-in-program";

const binaries = "/usr/local/bin";

/**
 * Chooses by the last part of the image's name, so that a mirror of the images changes nothing.
 *
 * @param services those of the pod's namespace, which say what an application speaks on its ports
 */
export function standInFor(
  pod: Pod,
  container: Container,
  programs: StandInPrograms,
  services: readonly Service[],
): StandIn {
  const image = imageName(container.image);
  const { conformance } = programs;
  switch (image) {
    case "pilot": {
      const istio = istioOf(container.image, programs);
      return {
        kind: "program",
        title: `pilot-discovery ${istio.minor}`,
        command: [`${binaries}/pilot-discovery`],
        args: container.args ?? [],
        // Stock Envoy lacks Istio's own filters; without these istiod does not configure them.
        environment: {
          PILOT_ENABLE_ALPN_FILTER: "false",
          PILOT_ENABLE_METADATA_EXCHANGE: "false",
          // In ambient mode sidecars would have a second listener with one of them.
          PILOT_ENABLE_SIDECAR_LISTENING_HBONE: "false",
          // The suite's experimental kinds.
          ...(conformance === undefined ? {} : { PILOT_ENABLE_ALPHA_GATEWAY_API: "true" }),
        },
        mounts: [{ source: istio.pilotDiscovery, target: `${binaries}/pilot-discovery` }],
        configuration: [meshConfiguration(container)],
      };
    }
    case "proxyv2": {
      if (container.args?.[0] !== "proxy") return { kind: "simulated" };
      // istiod gives a waypoint filters in any case that stock Envoy lacks, and it would never be ready.
      if (container.args[1] === "waypoint") return { kind: "simulated" };
      const istio = istioOf(container.image, programs);
      return {
        kind: "program",
        title: `pilot-agent ${istio.minor} + Envoy`,
        command: [`${binaries}/pilot-agent`],
        args: container.args,
        // In ambient mode its bootstrap names another extension that stock Envoy lacks.
        environment: { PEER_METADATA_DISCOVERY: "false" },
        mounts: [
          { source: istio.pilotAgent, target: `${binaries}/pilot-agent` },
          { source: programs.envoy, target: `${binaries}/envoy` },
          { source: istio.envoyBootstrap, target: "/var/lib/istio/envoy/envoy_bootstrap_tmpl.json" },
        ],
        configuration: [],
      };
    }
    case "cert-manager-controller":
      return certManager("controller", programs.certManagerController, container);
    case "cert-manager-webhook":
      return certManager("webhook", programs.certManagerWebhook, container);
    case "cert-manager-cainjector":
      return certManager("cainjector", programs.certManagerCainjector, container);
    case "cert-manager-startupapicheck":
      return { kind: "check", title: "a dry-run Certificate", check: "cert-manager-api" };
    case "podinfo":
    case "agnhost":
      return {
        kind: "program",
        title: "a small HTTP server",
        command: ["/app/node", "/app/server.cjs"],
        args: healthPaths(pod, container),
        environment: { PORTS: (container.ports ?? []).map((port) => port.containerPort).join(",") },
        mounts: [
          { source: programs.node, target: "/app/node" },
          { source: programs.healthServer, target: "/app/server.cjs" },
        ],
        configuration: [],
      };
    case "jaeger":
      return spanReceiver(pod, container, programs, services);
    case "echo-basic":
      return conformance === undefined
        ? applicationStandIn(pod, container, programs, services)
        : echoBasic(conformance);
    case "echo-advanced":
      return conformance === undefined
        ? applicationStandIn(pod, container, programs, services)
        : echoAdvanced(container, conformance, programs);
    // They work on a node's own network, which a simulated node does not have.
    case "install-cni":
    case "ztunnel":
    case "controller":
    case "speaker":
    case "aws-load-balancer-controller":
    case "cluster-autoscaler":
      return { kind: "simulated" };
    default:
      return applicationStandIn(pod, container, programs, services);
  }
}

/** `podinfo` of `ghcr.io/stefanprodan/podinfo:6.9.0@sha256:…`. */
export function imageName(image: string): string {
  const path = image.split("@")[0] ?? image;
  const last = path.split("/").at(-1) ?? path;
  return last.split(":")[0] ?? last;
}

/** The Istio that an image's tag names, such as `1.30.8-distroless`. */
function istioOf(image: string, { istios }: StandInPrograms): IstioPrograms {
  const [, minor] = /:(\d+\.\d+)\.[^/:]*$/.exec(image.split("@")[0] ?? image) ?? [];
  const found = istios.find((istio) => istio.minor === minor) ?? istios[0];
  if (found === undefined) throw new Error("the rehearsal was started without an Istio");
  return found;
}

function certManager(name: string, program: string, container: Container): StandIn {
  const target = `/app/cmd/${name}/${name}`;
  return {
    kind: "program",
    title: `cert-manager ${name}`,
    command: [target],
    args: container.args ?? [],
    environment: {},
    mounts: [{ source: program, target }],
    configuration: [],
  };
}

/** istiod prefers this file to the ConfigMap, which it would read through the API. */
function meshConfiguration({ env = [] }: Container): ConfigurationFile {
  const revision = env.find(({ name }) => name === "REVISION")?.value ?? "default";
  return {
    configMap: revision === "default" || revision === "" ? "istio" : `istio-${revision}`,
    key: "mesh",
    target: "/etc/istio/config/mesh",
    rewrite: withoutIstioStats,
  };
}

/** Drops the metrics provider of the mesh configuration: it needs the filter istio.stats, which stock Envoy lacks. */
export function withoutIstioStats(mesh: string): string {
  const document = parseDocument(mesh);
  document.deleteIn(["defaultProviders", "metrics"]);
  return document.toString();
}

/** The paths that the container's probes ask for, which its stand-in answers with 200. */
function healthPaths(pod: Pod, container: Container): readonly string[] {
  const probes = [container.readinessProbe, container.startupProbe];
  const paths = probes.map((probe) => probe?.httpGet?.path).filter((path) => path !== undefined);
  const annotated = pod.metadata.annotations?.["istio-cdktf/health-path"];
  return [...new Set([...paths, ...(annotated === undefined ? [] : [annotated])])];
}
