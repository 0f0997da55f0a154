import { describe, expect, test } from "vitest";
import { inApplyOrder, type Ordered, reversed, walkInOrder } from "../../../rehearsal/stack/order";

const node = (address: string, ...dependsOn: string[]): Ordered => ({ address, dependsOn });
const addresses = (nodes: readonly Ordered[]) => nodes.map(({ address }) => address);
const diamond = [node("gateway", "istiod", "cni"), node("istiod", "base"), node("cni", "base"), node("base")];

test("what others depend on comes first, and the rest as it was given", () => {
  expect(addresses(inApplyOrder(diamond))).toEqual(["base", "istiod", "cni", "gateway"]);
});

test("turned round, what depends on a thing comes before it", () => {
  const order = addresses(inApplyOrder(reversed(diamond)));
  expect(order[0]).toBe("gateway");
  expect(order.at(-1)).toBe("base");
});

test("a circle is named", () => {
  expect(() => inApplyOrder([node("a", "b"), node("b", "c"), node("c", "b")])).toThrow("b → c → b");
});

describe("a walk", () => {
  /** Steps that end when they are told to. */
  function controlled() {
    const started: string[] = [];
    const ends = new Map<string, { succeed: () => void; fail: (error: Error) => void }>();
    const step = ({ address }: Ordered) =>
      new Promise<void>((resolve, reject) => {
        started.push(address);
        ends.set(address, { succeed: resolve, fail: reject });
      });
    const settle = async (end: () => void) => {
      end();
      for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
    };
    const succeed = (address: string) => settle(() => ends.get(address)?.succeed());
    const fail = (address: string) =>
      settle(() => ends.get(address)?.fail(new Error(`${address} is broken`)));
    return { started, step, succeed, fail };
  }

  test("begins independent nodes side by side, and each as soon as all before it are done", async () => {
    const { started, step, succeed } = controlled();
    const walk = walkInOrder([...diamond, node("cert-manager")], step);
    expect(started).toEqual(["base", "cert-manager"]);
    await succeed("base");
    expect(started.slice(2)).toEqual(["istiod", "cni"]);
    await succeed("istiod");
    expect(started).not.toContain("gateway");
    await succeed("cni");
    expect(started).toContain("gateway");
    await succeed("gateway");
    await succeed("cert-manager");
    expect(await walk).toEqual({ failures: [], notStarted: [] });
  });

  test("goes on beside a failure, and says what did not begin because of it", async () => {
    const { started, step, succeed, fail } = controlled();
    const walk = walkInOrder([...diamond, node("cert-manager"), node("issuers", "cert-manager")], step);
    await succeed("base");
    await fail("istiod");
    await succeed("cni");
    await succeed("cert-manager");
    expect(started).toContain("issuers");
    await succeed("issuers");
    const { failures, notStarted } = await walk;
    expect(failures.map(({ node: failed, error }) => [failed.address, String(error)])).toEqual([
      ["istiod", "Error: istiod is broken"],
    ]);
    expect(addresses(notStarted)).toEqual(["gateway"]);
  });

  test("runs no more steps at a time than it may", async () => {
    const { started, step, succeed } = controlled();
    const walk = walkInOrder([node("a"), node("b"), node("c")], step, 2);
    expect(started).toEqual(["a", "b"]);
    await succeed("a");
    expect(started).toEqual(["a", "b", "c"]);
    await succeed("b");
    await succeed("c");
    await walk;
  });
});
