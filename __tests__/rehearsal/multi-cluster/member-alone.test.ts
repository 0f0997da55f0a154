import { expect, test } from "vitest";
import { refuseMemberAlone } from "../../../rehearsal/multi-cluster/member-alone";

test("a member of a mesh is not rehearsed alone, and who is none is", () => {
  for (const member of ["shop-west", "shop-east"]) {
    expect(() => {
      refuseMemberAlone(member, __PROJECT_ROOT__);
    }).toThrow(
      `${member} is a member of the mesh in meshes/two-clusters.yaml, and proves nothing alone: npm run rehearse -- --mesh two-clusters`,
    );
  }
  expect(() => {
    refuseMemberAlone("local", __PROJECT_ROOT__);
  }).not.toThrow();
  expect(() => {
    refuseMemberAlone("shop-west", "/nowhere");
  }).not.toThrow();
});
