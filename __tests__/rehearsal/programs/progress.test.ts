import { Writable } from "node:stream";

import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { Progress } from "../../../rehearsal/programs/progress";

describe("progress without a terminal", () => {
  let lines: string[] = [];
  let progress = newProgress(false);

  function newProgress(interactive: boolean): Progress {
    const output = new Writable({
      write: (chunk: Buffer, _, done) => {
        lines.push(...chunk.toString().trimEnd().split("\n"));
        done();
      },
    });
    return new Progress(output, interactive);
  }

  beforeEach(() => {
    vi.useFakeTimers();
    lines = [];
    progress = newProgress(false);
  });

  afterEach(() => {
    vi.useRealTimers();
  });

  const said = () => lines.splice(0);
  const seconds = (count: number) => vi.advanceTimersByTime(count * 1000);

  it("says every half minute what runs, which piece of it, what comes then and how long it may take", () => {
    progress.expect(
      [
        { title: "Kubernetes", estimateSeconds: 630 },
        { title: "Istio", estimateSeconds: 600 },
        { title: "kwok", estimateSeconds: 190 },
        { title: "Helm", estimateSeconds: 160 },
      ],
      2,
    );
    progress.start("Kubernetes", 630).doing("kube-apiserver");
    const istio = progress.start("Istio", 600);
    expect(said()).toEqual(["… Kubernetes, about 10 min 30 s", "… Istio, about 10 min 0 s"]);
    seconds(29);
    expect(said()).toEqual([]);
    seconds(1);
    expect(said()).toEqual([
      "… Kubernetes (kube-apiserver) 30 s of about 10 min 30 s; … Istio 30 s of about 10 min 0 s; " +
        "then kwok, Helm: about 12 min 40 s left",
    ]);
    seconds(60);
    expect(said()).toHaveLength(2);
    istio.succeed();
    progress.start("kwok", 190);
    seconds(30);
    expect(said().at(-1)).toContain("… kwok 30 s of about 3 min 10 s; then Helm: about 8 min 30 s left");
  });

  it("says so where it takes longer than it was thought to, and nothing more at the end", () => {
    const step = progress.start("etcd", 40);
    said();
    seconds(60);
    expect(said()).toEqual([
      "… etcd 30 s of about 40 s; about 10 s left",
      "… etcd 1 min 0 s of about 40 s; longer than it was thought to take",
    ]);
    step.succeed();
    expect(said()).toEqual(["✔ etcd 60.0 s"]);
    seconds(300);
    expect(said()).toEqual([]);
  });

  it("tells of a step without an estimate that it still runs, and no time that is left", async () => {
    let end: () => void = () => undefined;
    const work = progress.during("apply", () => new Promise<void>((resolve) => (end = resolve)));
    seconds(30);
    expect(said()).toEqual(["… apply 30 s"]);
    end();
    await work;
    expect(said()).toEqual(["✔ apply 30.0 s"]);
  });

  it("is drawn again and again on a terminal", () => {
    progress = newProgress(true);
    progress.start("etcd", 40);
    said();
    seconds(1);
    expect(said().filter((line) => line.includes("… etcd"))).toEqual([
      expect.stringContaining("… etcd 1 s of about 40 s"),
      expect.stringContaining("… etcd 1 s of about 40 s"),
    ]);
  });
});
