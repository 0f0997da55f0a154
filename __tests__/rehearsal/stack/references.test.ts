import { expect, test } from "vitest";
import {
  addressesIn,
  addressesInValue,
  expressionsIn,
  replaceAddresses,
} from "../../../rehearsal/stack/references";

test.each([
  ["data.aws_eks_cluster.cluster.vpc_config[0].vpc_id", ["data.aws_eks_cluster.cluster"]],
  ["local.gateway-address_5A47", ["local.gateway-address_5A47"]],
  ["try(coalesce(aws_eip.a.id), aws_eip.b.id)", ["aws_eip.a", "aws_eip.b"]],
  ['(length(local.a) < 1) ? "" : "https://${local.a}:30011/x.y"', ["local.a"]],
  ['"helm_release.quoted"', []],
])("%s names %j", (expression, addresses) => {
  expect(addressesIn(expression)).toEqual(addresses);
});

test("references are found in every string of a value, in keys, too", () => {
  const value = { a: ["x ${local.one}"], "${local.two}": { b: 1, c: null, d: "${local.one}" } };
  expect(addressesInValue(value)).toEqual(["local.one", "local.two"]);
  expect(expressionsIn(value)).toHaveLength(3);
});

test("addresses are replaced where they are code, and keep what follows", () => {
  const expression = 'f(data.a.b.c[0].d, e.g, "data.a.b ${data.a.b.id}")';
  const replace = (address: string) => (address === "data.a.b" ? 'read["data.a.b"]' : undefined);
  expect(replaceAddresses(expression, replace)).toBe(
    'f(read["data.a.b"].c[0].d, e.g, "data.a.b ${read["data.a.b"].id}")',
  );
});
