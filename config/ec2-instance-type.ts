/** Processor architecture of an instance type. */
export type Architecture = "x86_64" | "arm64";

/** What an instance type offers to pods. */
export interface InstanceCapacity {
  readonly vcpus: number;
  readonly memoryGiB: number;
  /** Addresses that the VPC CNI may take for the node and its pods: interfaces times addresses of each. */
  readonly addresses: number;
}

/**
 * The architecture of an instance type, by its name; undefined where the name does not say.
 *
 * @see https://docs.aws.amazon.com/ec2/latest/instancetypes/instance-type-names.html
 */
export function architectureOf(instanceType: string): Architecture | undefined {
  const match = /^([a-z]+)([0-9]+)([a-z]*)(-[a-z0-9]+)?\./.exec(instanceType);
  if (match === null) return undefined;
  const [, series = "", , options = ""] = match;
  return series === "a" || options.includes("g") ? "arm64" : "x86_64";
}

/** GiB of memory for each vCPU, by the letter of the series. */
const memoryPerVcpu: Readonly<Record<string, number>> = { c: 2, m: 4, r: 8 };

const burstable: Readonly<Record<string, InstanceCapacity>> = {
  nano: { vcpus: 2, memoryGiB: 0.5, addresses: 2 * 2 },
  micro: { vcpus: 2, memoryGiB: 1, addresses: 2 * 2 },
  small: { vcpus: 2, memoryGiB: 2, addresses: 3 * 4 },
  medium: { vcpus: 2, memoryGiB: 4, addresses: 3 * 6 },
  large: { vcpus: 2, memoryGiB: 8, addresses: 3 * 12 },
  xlarge: { vcpus: 4, memoryGiB: 16, addresses: 4 * 15 },
  "2xlarge": { vcpus: 8, memoryGiB: 32, addresses: 4 * 15 },
};

/**
 * What an instance type of the series t, c, m and r offers; undefined for others.
 *
 * @see https://github.com/aws/amazon-vpc-cni-k8s/blob/master/misc/eni-max-pods.txt
 */
export function capacityOf(instanceType: string): InstanceCapacity | undefined {
  const [, series = "", size = ""] = /^([a-z])[0-9]+[a-z-]*\.([0-9a-z]+)$/.exec(instanceType) ?? [];
  if (series === "t") return Object.hasOwn(burstable, size) ? burstable[size] : undefined;
  const perVcpu = memoryPerVcpu[series];
  const vcpus = vcpusOf(size);
  if (perVcpu === undefined || vcpus === undefined) return undefined;
  return { vcpus, memoryGiB: vcpus * perVcpu, addresses: addressesOf(vcpus) };
}

function vcpusOf(size: string): number | undefined {
  if (size === "medium") return 1;
  if (size === "large") return 2;
  const multiple = /^([0-9]*)xlarge$/.exec(size)?.[1];
  return multiple === undefined ? undefined : 4 * Number(multiple === "" ? 1 : multiple);
}

function addressesOf(vcpus: number): number {
  if (vcpus < 2) return 2 * 4;
  if (vcpus < 4) return 3 * 10;
  if (vcpus < 16) return 4 * 15;
  return vcpus < 64 ? 8 * 30 : 15 * 50;
}
