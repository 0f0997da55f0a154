import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { changeStack, stackChanges } from "../../../rehearsal/deploy/without-providers/change-stack";
import { parseStack } from "../../../rehearsal/stack/read-stack";

const folder = mkdtempSync(join(tmpdir(), "change-stack-"));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const release = (name: string, values: string, dependsOn: readonly string[] = []) => ({
  name,
  namespace: "books",
  chart: "assets/objects",
  version: "0.1.0",
  values: [values],
  timeout: 60,
  atomic: true,
  cleanup_on_fail: true,
  wait: true,
  wait_for_jobs: false,
  skip_crds: false,
  max_history: 5,
  depends_on: dependsOn,
});

const stackOf = (
  releases: Readonly<Record<string, unknown>>,
  namespaces: Readonly<Record<string, unknown>> = {},
) =>
  parseStack(
    { resource: { helm_release: releases, kubernetes_namespace_v1: namespaces }, output: {} },
    folder,
  );

const before = stackOf({ shop: release("shop", "a: 1"), cart: release("cart", "b: 1") });

test("what a change touches is what differs, and an order alone is no difference", () => {
  const titles = (to: ReturnType<typeof stackOf>) => {
    const { set, removed } = stackChanges(before, to);
    return [set.map(({ address }) => address), removed.map(({ address }) => address)];
  };
  expect(titles(before)).toEqual([[], []]);
  const reordered = release("cart", "b: 1", ["helm_release.shop"]);
  expect(titles(stackOf({ shop: release("shop", "a: 1"), cart: reordered }))).toEqual([[], []]);
  expect(titles(stackOf({ shop: release("shop", "a: 2"), cart: release("cart", "b: 1") }))).toEqual([
    ["helm_release.shop"],
    [],
  ]);
  expect(
    titles(stackOf({ shop: release("shop", "a: 1") }, { books: { metadata: { name: "books" } } })),
  ).toEqual([["kubernetes_namespace_v1.books"], ["helm_release.cart"]]);
});

test("a change upgrades what differs and uninstalls what is gone, and nothing else is asked of Helm", async () => {
  const calls: string[] = [];
  const options = {
    stack: before,
    programs: { helm: "helm", kubectl: "kubectl", terraform: "terraform" },
    environment: {},
    run: (program: string, args: readonly string[]) => {
      calls.push([program, ...args].join(" "));
      return Promise.resolve("");
    },
  };
  const to = stackOf({ shop: release("shop", "a: 2") });
  expect(await changeStack(options, to)).toEqual({ set: ["release shop"], removed: ["release cart"] });
  expect(calls).toEqual([
    expect.stringMatching(/^helm upgrade shop .*--install --namespace books .*--atomic/),
    expect.stringMatching(/^helm uninstall cart --namespace books/),
  ]);
});
