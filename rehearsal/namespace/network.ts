import { existsSync, realpathSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { type AddressPlan } from "./address-plan";
import { run } from "./run-command";

/** Sets up the network of a cluster: a bridge for pods, and ranges that this namespace answers for. */
export async function setUpNetwork(plan: AddressPlan): Promise<void> {
  const prefix = plan.podPrefixLength.toString();
  const script = `
    set -e
    ip link set lo up
    ip link add ${plan.bridge} type bridge
    ip addr add ${plan.gateway}/${prefix} dev ${plan.bridge}
    ip link set ${plan.bridge} up
    for range in ${plan.serviceRange} ${plan.nodeRange} ${plan.loadBalancerRange}; do
      ip route add local "$range" dev lo
    done`;
  await run("sh", ["-c", script]);
}

/** Keeps pods of two clusters apart: they reach each other through load balancers and nodes only. */
export async function separatePods(one: AddressPlan, other: AddressPlan): Promise<void> {
  const range = ({ podNetwork, podPrefixLength }: AddressPlan) =>
    `${podNetwork}.0.0/${podPrefixLength.toString()}`;
  for (const [from, to] of [
    [one, other],
    [other, one],
  ] as const) {
    // What this namespace answers itself comes from no bridge.
    await run("ip", ["rule", "add", "iif", from.bridge, "to", range(to), "prohibit"]);
  }
}

/** Makes one more address answer inside the rehearsal. */
export async function claimAddress(address: string): Promise<void> {
  await run("ip", ["route", "replace", "local", `${address}/32`, "dev", "lo"]);
}

/** Programs here ask the rehearsal's DNS server; the mount is private, so the machine's file stays as it is. */
export async function useOwnResolver(plan: AddressPlan, folder: string): Promise<void> {
  const file = "/etc/resolv.conf";
  // Without the file every resolver asks 127.0.0.1, where the same server answers.
  if (!existsSync(file)) return;
  const own = join(folder, "resolv.conf");
  writeFileSync(own, `nameserver ${plan.gateway}\noptions ndots:1 timeout:1 attempts:2\n`);
  await run("mount", ["--bind", own, realpathSync(file)]);
}
