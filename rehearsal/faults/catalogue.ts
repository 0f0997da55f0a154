import { type ApiClient } from "../api/client";
import { type Supervisor } from "../control-plane/supervisor";
import { type Stack } from "../stack/block";
import { apiServerKilled } from "./api-server-killed";
import { type Fault, type FaultName } from "./fault";
import { istiodAbsent } from "./istiod-absent";

/** What faults can get at. */
export interface FaultReach {
  readonly api: ApiClient;
  readonly supervisor: Supervisor;
  readonly stack: Stack;
}

/** The fault of a name, ready to strike. */
export function faultOf(name: FaultName, { api, supervisor, stack }: FaultReach): Fault {
  switch (name) {
    case "api-server-killed":
      return apiServerKilled(api, supervisor);
    case "istiod-absent":
      return istiodAbsent(api, stack);
  }
}
