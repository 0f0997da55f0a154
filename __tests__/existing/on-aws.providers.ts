import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Moto, motoIsThere } from "../support/aws/moto";
import { changedAttributes } from "../support/terraform/changed-attributes";
import { ofAwsAlone } from "../support/terraform/aws-alone";
import { awsWorkspace, previousAwsVersion, withAwsVersion } from "../support/terraform/aws-workspace";
import type { StackJson } from "../support/stacks/aks-cluster-stack";
import { existingOn, installingOnAws, oidcProvider, onAws } from "../support/environments/existing-on-cloud";
import { gateway, gateways } from "../support/environments/rule-cases";
import { synthesizeMesh } from "../support/stacks/synthesize-mesh";
import { addressIn, mockedResults, type MockedRun, mockedWorkspace } from "../support/terraform/mocked-runs";

// Terraform starts a provider of hundreds of megabytes for each of these.
const options = { timeout: 600_000 };

const nlb = `${gateways(gateway("{ kind: nlb }"))}\n`;
const stackOf = (text: string) => synthesizeMesh(text + nlb).json as unknown as StackJson;

const adopting = stackOf(onAws);
const installing = {
  "a role of its own by OIDC": stackOf(installingOnAws(`{ kind: irsa, oidcProviderArn: "${oidcProvider}" }`)),
  "a role of its own by Pod Identity": stackOf(
    installingOnAws("{ kind: pod-identity }", "clusterName: shop"),
  ),
  "a role that is named": stackOf(
    installingOnAws("{ kind: role, roleArn: 'arn:aws:iam::111122223333:role/lb' }"),
  ),
};

const workspace = mockedWorkspace(adopting);
if ("missing" in workspace) console.warn(`skipped: no providers for lab-mesh: ${workspace.missing}`);
else afterAll(workspace.remove);

/** What a plan reads: no Service and no istiod yet, and a controller or none. */
function reads(stack: StackJson, controller: readonly object[]): Record<string, object> {
  const list = (part: string) => addressIn(stack, "data.kubernetes_resources", part);
  const adopts = Object.keys(stack.data["kubernetes_resources"] ?? {}).some((id) =>
    id.includes("controller"),
  );
  return {
    [list("guard")]: { objects: [] },
    [list("istiod")]: { objects: [] },
    ...(adopts
      ? { [list("load-balancer-controller")]: { objects: controller } }
      : { [addressIn(stack, "data.helm_template")]: { crds: ["kind: CustomResourceDefinition"] } }),
  };
}

const applied = (stack: StackJson): MockedRun => ({ command: "apply", reads: reads(stack, [{}]) });

const inMoto = (vpcId: string, groupId: string) =>
  ofAwsAlone(
    withAwsVersion(
      stackOf(
        existingOn(
          `{ kind: aws, region: eu-central-1, vpcId: ${vpcId}, nodeSecurityGroupId: ${groupId}, loadBalancerController: { management: install, identity: { kind: irsa, oidcProviderArn: "${oidcProvider}" } } }`,
        ),
      ),
      previousAwsVersion,
    ),
  ) as StackJson;

const awsAlone = motoIsThere ? awsWorkspace(inMoto("vpc-0a", "sg-0a")) : { missing: "moto" };
if ("missing" in awsAlone) console.warn(`skipped: no provider for AWS: ${awsAlone.missing}`);
else afterAll(awsAlone.remove);

/** moto loses the description of a rule between groups. */
const forgottenByMoto = /^update aws_vpc_security_group_(in|e)gress_rule\.description$/;

describe.skipIf("missing" in awsAlone)(
  "what a mesh makes in somebody else's VPC",
  { timeout: 600_000 },
  () => {
    let moto: Moto;
    let theirs = { vpcId: "", groupId: "" };

    beforeAll(async () => {
      moto = await Moto.start();
      theirs = await moto.createVpc("eu-central-1");
    }, 90_000);
    afterAll(() => moto.stop());

    /** Runs Terraform on the stack, its provider pointed at the emulator. */
    function run(stack: StackJson, ...args: string[]) {
      if ("missing" in awsAlone) throw new Error("no workspace");
      Object.assign(stack.provider["aws"]?.[0] ?? {}, {
        access_key: "test",
        secret_key: "test",
        skip_metadata_api_check: "true",
        endpoints: [{ ec2: moto.address, iam: moto.address, sts: moto.address }],
      });
      awsAlone.write(stack);
      const { stdout, stderr } = awsAlone.run(...args);
      return stdout + stderr;
    }

    test("is applied, has nothing to change but what moto forgets, and is destroyed without anything of theirs", async () => {
      const stack = () => inMoto(theirs.vpcId, theirs.groupId);
      expect(run(stack(), "apply", "-auto-approve", "-no-color", "-input=false")).toContain(
        "Apply complete!",
      );
      run(stack(), "plan", "-out=second.tfplan", "-input=false");
      const changed = changedAttributes(run(stack(), "show", "-json", "second.tfplan"));
      expect(changed.filter((change) => !forgottenByMoto.test(change))).toEqual([]);
      const destroyed = run(stack(), "destroy", "-auto-approve", "-no-color", "-input=false");
      expect(destroyed).toContain("Destroy complete!");
      const left = await moto.securityGroupIds("eu-central-1", theirs.vpcId);
      expect(left).toContain(theirs.groupId);
      // That, and the default one of the VPC.
      expect(left).toHaveLength(2);
    });

    test("is not planned where the group of the nodes is in another VPC", () => {
      const elsewhere = inMoto("vpc-0123456789abcdef0", theirs.groupId);
      expect(run(elsewhere, "plan", "-no-color", "-input=false")).toContain(
        "no matching EC2 Security Group found",
      );
    });
  },
);

describe.skipIf("missing" in workspace)("a mesh on a cluster that exists on AWS", options, () => {
  const run = (stack: StackJson, runs: Record<string, MockedRun>) => {
    if ("missing" in workspace) throw new Error("no workspace");
    const { passed, output } = mockedResults(workspace, stack, runs);
    expect(passed, output).toEqual(Object.keys(runs).sort());
  };

  test("stops at plan where there is no controller to adopt, and is applied where there is one", () => {
    const controller = addressIn(adopting, "data.kubernetes_resources", "load-balancer-controller");
    run(adopting, {
      none: { command: "plan", reads: reads(adopting, []), refusedBy: [controller] },
      there: applied(adopting),
    });
  });

  // A plan: the mock makes up ARNs, and the provider reads that of an association.
  test.each(Object.entries(installing))("is planned with a controller that takes %s", (_, stack) =>
    run(stack, { planned: { ...applied(stack), command: "plan" } }),
  );

  test("has no AWS where the file names none, so that the cases above mean something", () => {
    const plain = synthesizeMesh(existingOn("{ kind: none }")).json;
    expect(Object.keys(plain.provider)).toEqual(["helm", "kubernetes"]);
  });
});
