import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { ApiClient, connectionOf } from "../api/client";
import { type AddressPlan, nodeAddress } from "../namespace/address-plan";
import { run } from "../namespace/run-command";
import {
  type ControlPlanePrograms,
  kubeletPort,
  kwokctlConfiguration,
  type Pki,
  pkiIn,
} from "./kwokctl-configuration";
import { Supervisor } from "./supervisor";

export interface ControlPlaneOptions {
  readonly programs: ControlPlanePrograms;
  readonly kubernetesVersion: string;
  readonly plan: AddressPlan;
  readonly folder: string;
  readonly nodeCount: number;
  readonly onProblem: (message: string) => void;
}

export interface ControlPlane {
  readonly api: ApiClient;
  readonly kubeconfigPath: string;
  readonly logFolder: string;
  readonly nodeAddresses: readonly string[];
  readonly pki: Pki;
  /** Starts what ends again, once it runs. */
  readonly supervisor: Supervisor;
}

const clusterName = "rehearsal";
const startTimeoutSeconds = 90;

/** Starts etcd, API server, controller manager, scheduler and kwok, and registers the simulated nodes. */
export async function startControlPlane(options: ControlPlaneOptions): Promise<ControlPlane> {
  const { programs, kubernetesVersion, plan, folder, nodeCount } = options;
  mkdirSync(folder, { recursive: true });
  const configurationPath = join(folder, "kwokctl.yaml");
  const environment = { ...process.env, KWOK_WORKDIR: folder };
  const wait = `${startTimeoutSeconds.toString()}s`;
  const clusterFolder = join(folder, "clusters", clusterName);
  const logFolder = join(clusterFolder, "logs");
  const pki = pkiIn(clusterFolder);
  const nodeAddresses = Array.from({ length: nodeCount }, (_, index) => nodeAddress(plan, index));
  const configuration = { programs, kubernetesVersion, plan, nodeAddresses, pki };
  writeFileSync(configurationPath, kwokctlConfiguration(configuration));
  const args = ["create", "cluster", "--name", clusterName, "--config", configurationPath, "--wait", wait];
  try {
    await run(programs.kwokctl, args, { environment });
  } catch (cause) {
    throw new Error(`the control plane did not come up within ${wait}; its logs are in ${logFolder}`, {
      cause,
    });
  }
  const kubeconfigPath = join(folder, "kubeconfig.yaml");
  const kubeconfig = await run(programs.kwokctl, ["get", "kubeconfig", "--name", clusterName], {
    environment,
  });
  writeFileSync(kubeconfigPath, kubeconfig, { mode: 0o600 });
  const api = new ApiClient(connectionOf(readFileSync(kubeconfigPath, "utf8")));
  await Promise.all(
    nodeAddresses.map((address, index) => registerNode(api, index, address, kubernetesVersion)),
  );
  const supervisor = new Supervisor({
    kwokctl: programs.kwokctl,
    clusterName,
    clusterFolder,
    environment,
    onProblem: options.onProblem,
  });
  return { api, kubeconfigPath, logFolder, nodeAddresses, pki, supervisor };
}

export function nodeName(index: number): string {
  return `node-${(index + 1).toString()}`;
}

async function registerNode(api: ApiClient, index: number, address: string, version: string): Promise<void> {
  const name = nodeName(index);
  const zone = `zone-${(index + 1).toString()}`;
  await api.create("/api/v1/nodes", {
    apiVersion: "v1",
    kind: "Node",
    metadata: {
      name,
      labels: {
        "kubernetes.io/hostname": name,
        "kubernetes.io/os": "linux",
        "kubernetes.io/arch": "amd64",
        "topology.kubernetes.io/zone": zone,
      },
    },
  });
  const now = new Date().toISOString().replace(/\.\d+Z$/, "Z");
  const amounts = { cpu: "16", memory: "64Gi", pods: "110", "ephemeral-storage": "100Gi" };
  await api.patch(`/api/v1/nodes/${name}/status`, {
    status: {
      addresses: [
        { type: "InternalIP", address },
        { type: "Hostname", address: name },
      ],
      allocatable: amounts,
      capacity: amounts,
      conditions: [
        {
          type: "Ready",
          status: "True",
          reason: "Simulated",
          message: "this node is simulated",
          lastHeartbeatTime: now,
          lastTransitionTime: now,
        },
      ],
      daemonEndpoints: { kubeletEndpoint: { Port: kubeletPort } },
      nodeInfo: {
        architecture: "amd64",
        operatingSystem: "linux",
        osImage: "simulated",
        kernelVersion: "simulated",
        containerRuntimeVersion: "rehearsal://1",
        kubeletVersion: `v${version}`,
        kubeProxyVersion: "",
        bootID: name,
        machineID: name,
        systemUUID: name,
      },
    },
  });
}
