import type { AwsNodeGroup } from "../target/aws-node-group";
import { capacityOf } from "../ec2-instance-type";
import type { Requests } from "../../composition/requests";
import { composeMesh } from "../../features/compose-mesh";
import { allSections, rule, type Finding } from "./rule";

/**
 * What a node keeps for itself: the kubelet and the system, the VPC CNI, kube-proxy and the eviction threshold.
 *
 * @see https://github.com/awslabs/amazon-eks-ami/blob/main/nodeadm/internal/kubelet/config.go
 */
function reserved(addresses: number): Requests {
  return { cpuMillicores: 80 + 50 + 100, memoryMiB: 255 + 11 * addresses + 100 };
}

/** Two pods each of CoreDNS, metrics-server and the load balancer controller. */
const clusterPods: Requests = { cpuMillicores: 600, memoryMiB: 800 };

/** What pods may request of the nodes that run at first; undefined where an instance type is not known. */
function roomOf({
  instanceTypes,
  minNodes,
  desiredNodes,
}: AwsNodeGroup): (Requests & { nodes: number }) | undefined {
  const types = instanceTypes.map(capacityOf);
  const nodes = desiredNodes ?? minNodes;
  const each = types.map((type) => {
    if (type === undefined) return undefined;
    const kept = reserved(type.addresses);
    return {
      cpuMillicores: type.vcpus * 1000 - kept.cpuMillicores,
      memoryMiB: type.memoryGiB * 1024 - kept.memoryMiB,
    };
  });
  const known = each.filter((room) => room !== undefined);
  if (known.length < each.length) return undefined;
  return {
    nodes,
    cpuMillicores: nodes * Math.min(...known.map(({ cpuMillicores }) => cpuMillicores)),
    memoryMiB: nodes * Math.min(...known.map(({ memoryMiB }) => memoryMiB)),
  };
}

/** The nodes that run at first hold what the cluster and the mesh themselves request. */
export const eksCapacityRule = rule(allSections, (environment): Finding[] => {
  const { target } = environment;
  if (target.kind !== "aws") return [];
  const rooms = target.nodeGroups.filter(({ taints }) => taints.length === 0).map(roomOf);
  const known = rooms.filter((room) => room !== undefined);
  if (known.length === 0 || known.length < rooms.length) return [];
  const total = (key: "nodes" | "cpuMillicores" | "memoryMiB") =>
    known.reduce((sum, room) => sum + room[key], 0);
  // The files of applications are read only after this one.
  const { requests } = composeMesh({ ...environment, applications: [], checks: [] });
  const nodes = total("nodes");
  const cpu = requests.cpuMillicores + clusterPods.cpuMillicores + nodes * requests.perNode.cpuMillicores;
  const memory = requests.memoryMiB + clusterPods.memoryMiB + nodes * requests.perNode.memoryMiB;
  const room = { cpu: Math.floor(total("cpuMillicores")), memory: Math.floor(total("memoryMiB")) };
  if (cpu <= room.cpu && memory <= room.memory) return [];
  return [
    {
      path: ["target", "nodeGroups"],
      found: `${nodes} nodes with ${Math.max(0, room.cpu)}m CPU and ${Math.max(0, room.memory)}Mi memory for pods`,
      accepted: `the mesh and the cluster's own pods request ${cpu}m CPU and ${memory}Mi memory`,
      advice: "raise minNodes, choose larger instance types, or set mesh.size to small",
    },
  ];
});
