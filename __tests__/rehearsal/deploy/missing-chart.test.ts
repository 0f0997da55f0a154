import { describe, expect, it } from "vitest";

import { missingChart } from "../../../rehearsal/prepare-stack";

describe("a chart that the packaged ones lack", () => {
  const message = (file: string) =>
    `charts.source.path: /cache/charts does not hold ${file}; put it there with: helm pull`;

  it("is named with its version when a rehearsal replaces it", () => {
    const missing = missingChart(message("aws-load-balancer-controller-3.5.0.tgz"));
    expect(missing).toEqual({ name: "aws-load-balancer-controller", version: "3.5.0" });
  });

  it("is an error when a rehearsal needs it", () => {
    expect(missingChart(message("istiod-1.31.1.tgz"))).toBeUndefined();
    expect(missingChart("something else is wrong")).toBeUndefined();
  });
});
