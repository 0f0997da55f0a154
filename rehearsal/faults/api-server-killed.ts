import { type ApiClient } from "../api/client";
import { type Supervisor } from "../control-plane/supervisor";
import { type Fault } from "./fault";
import { untilRelease } from "./until-release";

/** Kills the API server when the control plane of the mesh has begun to be installed, until the deployment gives up. */
export function apiServerKilled(api: ApiClient, supervisor: Supervisor): Fault {
  return {
    title: "the API server is killed in the middle",
    named: /release istiod\S* in namespace \S+ is pending-install/,
    stopsApiServer: true,
    strike: async (signal) => {
      await untilRelease(
        api,
        ({ name, status }) => name.startsWith("istiod") && status === "pending-install",
        signal,
      );
      supervisor.kill("kube-apiserver");
    },
    heal: () => supervisor.release("kube-apiserver"),
  };
}
