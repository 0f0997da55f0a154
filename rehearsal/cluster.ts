import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { type ControlPlane, nodeName, startControlPlane } from "./control-plane/control-plane";
import { type ControlPlanePrograms } from "./control-plane/kwokctl-configuration";
import { certManagerProblem } from "./kubelet/cert-manager-check";
import { applicationSource } from "./kubelet/application";
import { healthServerSource } from "./kubelet/health-server";
import { spanReceiverSource } from "./kubelet/span-receiver";
import { startKubeletServer } from "./kubelet/kubelet-server";
import { kubeletOf } from "./kubelet/kubelet";
import { keepTrafficStatistics } from "./kubelet/envoy-statistics";
import { PublicAuthority } from "./kubelet/public-authority";
import { markUpstreamConnections } from "./kubelet/redirect";
import { type ConformanceImages, type StandInPrograms } from "./kubelet/stand-in-program";
import { type AddressPlan } from "./namespace/address-plan";
import { claimAddress, setUpNetwork, useOwnResolver } from "./namespace/network";
import { NetworkPolicies } from "./network-policies/network-policies";
import { ClusterNetwork } from "./services/cluster-network";
import { Ledger } from "./services/ledger";

export interface ClusterPrograms {
  readonly controlPlane: ControlPlanePrograms;
  readonly standIns: Omit<
    StandInPrograms,
    "node" | "healthServer" | "application" | "spanReceiver" | "conformance"
  >;
  readonly conformance?: Pick<ConformanceImages, "echoBasic" | "echoClient">;
  readonly redirect: string;
  readonly networkPolicy: string;
  readonly certificates: string;
  readonly kubeletServer: string;
}

export interface ClusterOptions {
  readonly programs: ClusterPrograms;
  readonly kubernetesVersion: string;
  readonly folder: string;
  readonly plan: AddressPlan;
  /** Whether programs of this machine, such as Terraform, look names up in it: in one of several clusters. */
  readonly resolvesForAll: boolean;
  readonly onStandIn: (image: string, title: string) => void;
  readonly onProblem: (where: string, message: string) => void;
}

const nodeCount = 3;

/** A whole simulated cluster inside the present namespaces. */
export interface Cluster extends ControlPlane {
  readonly ledger: Ledger;
  readonly podFolder: string;
  close(): Promise<void>;
}

/** Brings up network, control plane, nodes, Services and the pods' programs. */
export async function startCluster(options: ClusterOptions): Promise<Cluster> {
  const { programs, kubernetesVersion, folder, plan, resolvesForAll, onStandIn, onProblem } = options;
  const podFolder = join(folder, "pods");
  mkdirSync(podFolder, { recursive: true });
  const healthServer = join(folder, "health-server.cjs");
  writeFileSync(healthServer, healthServerSource);
  const application = join(folder, "application.cjs");
  writeFileSync(application, applicationSource);
  const spanReceiver = join(folder, "span-receiver.cjs");
  writeFileSync(spanReceiver, spanReceiverSource);
  const istios = programs.standIns.istios.map((istio) => {
    const envoyBootstrap = join(folder, `envoy_bootstrap-${istio.minor}.json`);
    const template = readFileSync(istio.envoyBootstrap, "utf8");
    writeFileSync(envoyBootstrap, keepTrafficStatistics(markUpstreamConnections(template)));
    return { ...istio, envoyBootstrap };
  });
  const authority = await PublicAuthority.create(programs.certificates, join(folder, "authority"));
  await setUpNetwork(plan);
  if (resolvesForAll) await useOwnResolver(plan, folder);
  const controlPlane = await startControlPlane({
    programs: programs.controlPlane,
    kubernetesVersion,
    plan,
    folder: join(folder, "control-plane"),
    nodeCount,
    onProblem: (message) => {
      onProblem("control plane", message);
    },
  });
  const { api, nodeAddresses, supervisor } = controlPlane;
  const kubeletServer = startKubeletServer({
    program: programs.kubeletServer,
    nodeAddresses,
    pki: controlPlane.pki,
    podFolder,
    log: join(controlPlane.logFolder, "kubelet-server.log"),
    onProblem: (message) => {
      onProblem("kubelet", message);
    },
  });
  const stopping = new AbortController();
  const ledger = new Ledger(() => new Date());
  const network = new ClusterNetwork({
    api,
    ledger,
    plan,
    nodeAddresses,
    resolverAddresses: [plan.gateway, ...(resolvesForAll ? ["127.0.0.1"] : [])],
    claimAddress,
    onProblem: (message) => {
      onProblem("network", message);
    },
  });
  const networkPolicies = new NetworkPolicies({
    api,
    nodeRanges: [`${plan.gateway}/32`, plan.nodeRange],
    resolver: plan.gateway,
    onProblem: (message) => {
      onProblem("network policies", message);
    },
  });
  const { certificate, key } = controlPlane.pki;
  const kubelet = kubeletOf({
    api,
    programs: {
      ...programs.standIns,
      ...{
        istios,
        node: process.execPath,
        healthServer,
        application,
        spanReceiver,
      },
      ...(programs.conformance === undefined
        ? {}
        : { conformance: { ...programs.conformance, certificate, key } }),
    },
    redirectProgram: programs.redirect,
    networkPolicyProgram: programs.networkPolicy,
    networkPolicies,
    authority,
    plan,
    folder: podFolder,
    kubernetes: { host: plan.kubernetesService, port: 443 },
    hostAddress: (name) => nodeAddresses.find((_, index) => nodeName(index) === name) ?? plan.gateway,
    checks: { certManagerApi: () => certManagerProblem(api) },
    onStandIn,
    onProblem,
  });
  const loops = Promise.all(
    [network, networkPolicies, kubelet, supervisor].map((part) => part.run(stopping.signal)),
  );
  loops.catch((error: unknown) => {
    onProblem("cluster", String(error));
  });
  return {
    ...controlPlane,
    ledger,
    podFolder,
    close: async () => {
      stopping.abort();
      await kubelet.stopAll();
      await loops.catch(() => undefined);
      kubeletServer.close();
      api.close();
    },
  };
}
