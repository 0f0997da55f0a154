import { InputError } from "../outputs/input-error";
import type { Layer } from "../layers/layer";

export interface KubeconfigOptions {
  readonly kubeconfig: string | undefined;
  readonly context: string | undefined;
}

/** Not built yet. */
export function openCluster(options: KubeconfigOptions): Promise<Layer> {
  return Promise.reject(
    new InputError(`the Kubernetes layer is not built yet (${options.kubeconfig ?? options.context})`),
  );
}
