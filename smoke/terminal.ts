/** A stream to write to, and whether a person sees it. */
export interface OutputStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

/** The process around the command; tests bring their own. */
export interface Terminal {
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  readonly environment: NodeJS.ProcessEnv;
  /** Folder that holds cdktf.out. */
  readonly projectRoot: string;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
}
