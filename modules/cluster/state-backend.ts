import {
  AzurermBackend,
  CloudBackend,
  GcsBackend,
  HttpBackend,
  LocalBackend,
  NamedCloudWorkspace,
  S3Backend,
  type TerraformStack,
} from "cdktf";
import type { BackendConfig } from "../../config/backend";
import { projectPath } from "./project-path";

/**
 * Defines where the state of a stack is kept.
 *
 * @see https://developer.hashicorp.com/terraform/language/backend
 */
export function configureBackend(stack: TerraformStack, stackName: string, config: BackendConfig): void {
  switch (config.kind) {
    case "local":
      // Relative to the stack's folder: an absolute path would differ from machine to machine.
      new LocalBackend(stack, { path: projectPath(`${config.directory}/${stackName}.tfstate`) });
      return;
    case "s3": {
      const backend = new S3Backend(stack, {
        bucket: config.bucket,
        region: config.region,
        key: `${config.keyPrefix}${stackName}.tfstate`,
        encrypt: true,
        ...(config.kmsKeyId === undefined ? {} : { kmsKeyId: config.kmsKeyId }),
        ...(config.roleArn === undefined ? {} : { assumeRole: { roleArn: config.roleArn } }),
      });
      // cdktf 0.21 does not know the lock file of Terraform 1.10 and later.
      backend.addOverride("use_lockfile", true);
      return;
    }
    case "azurerm":
      new AzurermBackend(stack, {
        resourceGroupName: config.resourceGroupName,
        storageAccountName: config.storageAccountName,
        containerName: config.containerName,
        key: `${config.keyPrefix}${stackName}.tfstate`,
        useAzureadAuth: true,
      });
      return;
    case "gcs":
      new GcsBackend(stack, { bucket: config.bucket, prefix: `${config.keyPrefix}${stackName}` });
      return;
    case "http": {
      const address = `${config.address}/${stackName}`;
      new HttpBackend(stack, {
        address,
        lockAddress: `${address}/lock`,
        lockMethod: config.lockMethod,
        unlockAddress: `${address}/lock`,
        unlockMethod: config.unlockMethod,
      });
      return;
    }
    case "cloud":
      new CloudBackend(stack, {
        organization: config.organization,
        hostname: config.hostname,
        workspaces: new NamedCloudWorkspace(stackName, config.project),
      });
  }
}
