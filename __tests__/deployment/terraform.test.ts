import { expect, test } from "vitest";
import { Terraform } from "../../deployment/terraform";

// Nothing is printed, for it would be printed to this terminal.
const waits = ["-c", "trap 'exit 7' INT; while :; do sleep 0.05; done"];

test("what is under way is asked to end by a signal, and what comes after it runs", async () => {
  const terraform = new Terraform("terraform");
  const stopping = new AbortController();
  const under = terraform.inherit("sh", waits, undefined, stopping.signal);
  stopping.abort();
  expect(await under).not.toBe(0);
  expect(terraform.interrupted).toBe(false);
  expect(await terraform.inherit("sh", ["-c", "exit 0"])).toBe(0);
});

test("nothing is begun once the signal was given", async () => {
  const terraform = new Terraform("terraform");
  expect(await terraform.inherit("sh", ["-c", "exit 0"], undefined, AbortSignal.abort())).toBe(1);
});
