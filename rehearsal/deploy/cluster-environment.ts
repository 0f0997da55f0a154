import { join } from "node:path";

/** The environment of Helm and kubectl for a rehearsal's cluster; what they learn of it stays in its folder. */
export function clusterEnvironment(kubeconfigPath: string, folder: string): NodeJS.ProcessEnv {
  return { ...process.env, KUBECONFIG: kubeconfigPath, KUBECACHEDIR: join(folder, "kube-cache") };
}
