import { describe, expect, test } from "vitest";
import { existing } from "../support/environments/environment-files";
import { synthesizeMesh } from "../support/stacks/synthesize-mesh";

function terraform(backend: string): Record<string, unknown> {
  return synthesizeMesh(`${existing}backend: ${backend}\n`, { name: "edge" }).json.terraform;
}

describe("state", () => {
  test("lies outside cdktf.out, by a path relative to the stack", () => {
    expect(terraform("{ kind: local }")["backend"]).toEqual({
      local: { path: "../../../.state/edge-mesh.tfstate" },
    });
    expect(terraform("{ kind: local, directory: states/lab }")["backend"]).toEqual({
      local: { path: "../../../states/lab/edge-mesh.tfstate" },
    });
  });

  test("in S3 is encrypted and locked by a file beside it", () => {
    const backend =
      "{ kind: s3, bucket: states, region: eu-central-1, keyPrefix: mesh/, kmsKeyId: alias/state }";
    expect(terraform(backend)["backend"]).toEqual({
      s3: {
        bucket: "states",
        region: "eu-central-1",
        key: "mesh/edge-mesh.tfstate",
        encrypt: true,
        kms_key_id: "alias/state",
        use_lockfile: true,
      },
    });
  });

  test("in S3 is read and written by a role where the file names one", () => {
    const { s3 } = terraform(
      '{ kind: s3, bucket: states, region: eu-central-1, roleArn: "arn:aws:iam::111122223333:role/states" }',
    )["backend"] as { s3: object };
    expect(s3).toMatchObject({ assume_role: { role_arn: "arn:aws:iam::111122223333:role/states" } });
  });

  test("in Azure is reached by Entra ID, not by a key", () => {
    const backend =
      "{ kind: azurerm, resourceGroupName: rg, storageAccountName: states, containerName: tfstate }";
    expect(terraform(backend)["backend"]).toEqual({
      azurerm: {
        resource_group_name: "rg",
        storage_account_name: "states",
        container_name: "tfstate",
        key: "edge-mesh.tfstate",
        use_azuread_auth: true,
      },
    });
  });

  test("in Google Cloud has a prefix of its own", () => {
    expect(terraform("{ kind: gcs, bucket: states, keyPrefix: mesh/ }")["backend"]).toEqual({
      gcs: { bucket: "states", prefix: "mesh/edge-mesh" },
    });
  });

  test("over HTTP is locked as GitLab does, or otherwise where the file says so", () => {
    const address = "https://gitlab.test/api/v4/projects/1/terraform/state";
    const http = {
      address: `${address}/edge-mesh`,
      lock_address: `${address}/edge-mesh/lock`,
      lock_method: "POST",
      unlock_address: `${address}/edge-mesh/lock`,
      unlock_method: "DELETE",
    };
    expect(terraform(`{ kind: http, address: "${address}" }`)["backend"]).toEqual({ http });
    expect(terraform(`{ kind: http, address: "${address}", lockMethod: LOCK }`)["backend"]).toEqual({
      http: { ...http, lock_method: "LOCK" },
    });
  });

  test("in HCP Terraform has a workspace named as the stack", () => {
    const { cloud, backend } = terraform(
      "{ kind: cloud, organization: acme, project: mesh, execution: local }",
    );
    expect(cloud).toEqual({
      organization: "acme",
      hostname: "app.terraform.io",
      workspaces: { name: "edge-mesh", project: "mesh" },
    });
    expect(backend).toBeUndefined();
  });
});

test("the providers are those that the charts are checked against, and no other", () => {
  expect(terraform("{ kind: local }")["required_providers"]).toEqual({
    helm: { source: "helm", version: "3.1.1" },
    kubernetes: { source: "kubernetes", version: "2.38.0" },
  });
});
