import { z } from "zod";

/** A Kubernetes minor version, quoted because YAML would read 1.30 as 1.3. */
export const kubernetesVersion = z
  .string({ error: 'a quoted Kubernetes minor version such as "1.35"' })
  .regex(/^1\.[0-9]{2}$/, { error: 'a Kubernetes minor version such as "1.35"' })
  .describe('Kubernetes minor version, quoted: "1.35".');
