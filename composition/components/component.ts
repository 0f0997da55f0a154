/** A port of nodes or pods that the API server calls. */
export interface CalledPort {
  readonly port: number;
  /** Who listens there, such as `istiod's webhooks`. */
  readonly purpose: string;
}

/** Key path of a chart value, and what to do instead of setting it. */
export type GuardedValues = Readonly<Record<string, string>>;

/** Something that is installed by a chart which this project does not ship. */
export interface Component {
  readonly chart: string;
  /** Where its project publishes the chart. */
  readonly repository: string;
  /** Version of the chart, where the environment file does not say it. */
  readonly version?: string;
  /** Where its project publishes the public keys that sign the chart; absent where it signs none. */
  readonly keyring?: string;
  /** Ports of its pods that the API server calls. */
  readonly calledPorts: readonly CalledPort[];
  /** Values that the outputs, the rules or other releases depend on. */
  readonly guardedValues: GuardedValues;
}
