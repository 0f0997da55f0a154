import { z } from "zod";
import { kubernetesName } from "./kubernetes-name";

const labelValue = z
  .string()
  .max(63)
  .regex(/^([A-Za-z0-9]([-_.A-Za-z0-9]*[A-Za-z0-9])?)?$/, { error: "a value of a Kubernetes label" });

/** Labels of a Kubernetes object. */
export const labels = z.record(z.string().min(1).max(317), labelValue);

/** Pods of one namespace, by labels; the labels of Istio's guides are `app` and `version`. */
export const workloadSelector = z
  .strictObject({
    namespace: kubernetesName.describe("Namespace of the pods."),
    labels: labels
      .refine((each) => Object.keys(each).length > 0, { error: "at least one label, such as app: shop" })
      .describe("Labels that the pods have."),
  })
  .describe("Pods by their labels.");
