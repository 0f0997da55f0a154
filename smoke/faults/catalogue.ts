import { checksFaults } from "./checks";
import { clusterFaults } from "./cluster";
import { networkFaults } from "./network";
import { outputsFaults } from "./outputs";
import { routeFaults } from "./route";
import { tlsFaults } from "./tls";
import type { Fault } from "./fault";

/** Every fault that the smoke test can name; docs/smoke.md lists them. */
const catalogue = {
  ...outputsFaults,
  ...clusterFaults,
  ...networkFaults,
  ...tlsFaults,
  ...routeFaults,
  ...checksFaults,
};

export type FaultName = keyof typeof catalogue;

export const faults: Readonly<Record<FaultName, Fault>> = catalogue;
