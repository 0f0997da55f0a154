import { describe, expect, test } from "vitest";
import { connectLink } from "../../../rehearsal/multi-cluster/connect-link";
import { isSynced } from "../../../rehearsal/multi-cluster/synced";
import { failoverOf, type Seen } from "../../../rehearsal/multi-cluster/traffic";

const answered = (atMilliseconds: number): Seen => ({ atMilliseconds, pod: "a", failure: undefined });
const failed = (atMilliseconds: number): Seen => ({ atMilliseconds, pod: undefined, failure: "reset" });

describe("a failover", () => {
  test("is noticed with the last request that went wrong", () => {
    const seen = [failed(0), answered(100), failed(200), answered(300), failed(1400), answered(1500)];
    expect(failoverOf(seen, 150)).toEqual({ detectedSeconds: 1.25, failedBefore: 2, answeredAfter: 1 });
  });

  test("is noticed by nobody where nothing went wrong since", () => {
    expect(failoverOf([failed(0), answered(100), answered(200)], 50)).toEqual({
      detectedSeconds: 0,
      failedBefore: 0,
      answeredAfter: 2,
    });
  });
});

test("a cluster has been read where istiod's metric says so, and of that cluster", () => {
  const line = (cluster: string, status: string, value: number) =>
    `istiod_remote_cluster_sync_status{cluster="${cluster}",cluster_type="remote",status="${status}"} ${value.toString()}`;
  const synced = [line("east", "syncing", 0), line("east", "synced", 1)].join("\n");
  expect(isSynced(synced, "east")).toBe(true);
  expect(isSynced(synced, "north")).toBe(false);
  expect(isSynced(synced.replace(/1$/, "0"), "east")).toBe(false);
  expect(isSynced(line("east", "timeout", 1), "east")).toBe(false);
});

test("a link is led to the rehearsal's clusters, and what is replaced is told", () => {
  const original = {
    provider: { kubernetes: [{ alias: "west", config_context: "west" }] },
    resource: {
      kubernetes_secret_v1: { a: { data_wo: { west: '${jsonencode({"server" = "https://west.test"})}' } } },
    },
  };
  const member = {
    environment: "west",
    kubeconfigPath: "/run/west.yaml",
    apiServer: "https://west.test",
    rehearsedApiServer: "https://10.64.0.1:61003",
  };
  const { stack, replacements } = connectLink(original, [member], "/run/link.tfstate");
  expect(stack.provider).toEqual({ kubernetes: [{ alias: "west", config_path: "/run/west.yaml" }] });
  expect(JSON.stringify(stack.resource)).toContain("https://10.64.0.1:61003");
  expect(JSON.stringify(stack)).not.toContain("https://west.test");
  expect(replacements.at(-1)).toBe(
    "API server of west: https://10.64.0.1:61003 in place of https://west.test",
  );
});
