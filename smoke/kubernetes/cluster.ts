/** What later layers ask the Kubernetes API. */
export interface Cluster {
  /** Lines of the gateway's access log that belong to this run. */
  accessLog(userAgent: string): Promise<readonly string[]>;
}
