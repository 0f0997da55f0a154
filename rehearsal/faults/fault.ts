/** Something that breaks while an environment is deployed, on purpose. */
export interface Fault {
  /** Completes "apply, while …". */
  readonly title: string;
  /** What the failed deployment must say of it, so that a person would know what broke. */
  readonly named: RegExp;
  /** Whether nothing can be asked of the cluster until it is healed. */
  readonly stopsApiServer: boolean;
  /** Waits for its moment in the deployment and breaks something. */
  strike(signal: AbortSignal): Promise<void>;
  /** Makes whole what was broken; resolves when it works again. */
  heal(): Promise<void>;
}

/** The faults that `--fault` knows. */
export const faultNames = ["api-server-killed", "istiod-absent"] as const;

export type FaultName = (typeof faultNames)[number];
