import { describe, expect, test } from "vitest";
import { check as checkSchema } from "../../../contract/checks";
import { watchedUrl } from "../../../deployment/upgrade/watch-beside";
import { targetFromOutputs } from "../../../smoke/outputs/target-from-outputs";
import { meshOutputs } from "../../support/smoke/mesh-outputs";

const target = targetFromOutputs(
  {
    ...meshOutputs,
    gateways: {
      ingress: { gateway_service: meshOutputs.gateway_service },
      partner: { gateway_service: "istio-partner/istio-partner" },
    },
  },
  { source: "the outputs" },
);

function asks(request: object, expects: object = { status: 200 }) {
  const { request: sent, expect: wanted } = checkSchema.parse({ name: "one", request, expect: expects });
  const found = watchedUrl({ request: sent, expect: wanted }, target);
  return found === undefined ? undefined : `${found.url.href} as ${found.host}`;
}

describe("beside a deployment a check is asked, too, when it", () => {
  const entrance = new URL(target.url).origin;

  test("is a plain GET of the gateway that is watched", () => {
    expect(asks({ host: "shop.test", path: "/cart?all=1" })).toBe(`${entrance}/cart?all=1 as shop.test`);
    expect(asks({ gateway: "ingress" })).toBe(`${entrance}/ as ${target.host}`);
  });

  test("has a path that would be a host elsewhere", () => {
    expect(asks({ path: "//other.test/x" })).toBe(`${entrance}//other.test/x as ${target.host}`);
  });

  test.each([
    ["comes from a workload", { from: "shop/web", to: "http://cart" }, { status: 200 }],
    ["comes in by another gateway", { gateway: "partner" }, { status: 200 }],
    [
      "comes in by the other scheme",
      { scheme: target.url.protocol === "https:" ? "http" : "https" },
      { status: 200 },
    ],
    ["changes something", { method: "POST" }, { status: 200 }],
    ["needs a header", { headers: { "end-user": "jason" } }, { status: 200 }],
    ["expects another status", {}, { status: 404 }],
    ["takes many requests to tell", {}, { split: { 200: 100 } }],
  ])("but not when it %s", (_what, request, expects) => {
    const many = "split" in expects ? 100 : 1;
    const parsed = checkSchema.parse({ name: "one", request, repeat: many, expect: expects });
    expect(watchedUrl(parsed, target)).toBeUndefined();
  });
});
