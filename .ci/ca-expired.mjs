// Makes an intermediate that has expired: node .ci/ca-expired.mjs <CA> <its key>. Prints a patch of a Secret that has it.
import "reflect-metadata";
import { createPrivateKey, webcrypto } from "node:crypto";
import { readFileSync } from "node:fs";
import { BasicConstraintsExtension, PemConverter, X509Certificate, X509CertificateGenerator } from "@peculiar/x509";

const [caFile = "", keyFile = ""] = process.argv.slice(2);
const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
const hourMilliseconds = 60 * 60 * 1000;

const der = createPrivateKey(readFileSync(keyFile, "utf8")).export({ type: "pkcs8", format: "der" });
const keys = await webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
const intermediate = await X509CertificateGenerator.create({
  serialNumber: "7e",
  subject: "CN=istiod-ca",
  issuer: new X509Certificate(readFileSync(caFile, "utf8")).subject,
  notBefore: new Date(Date.now() - 3 * hourMilliseconds),
  notAfter: new Date(Date.now() - 2 * hourMilliseconds),
  signingKey: await webcrypto.subtle.importKey("pkcs8", der, algorithm, false, ["sign"]),
  publicKey: keys.publicKey,
  signingAlgorithm: algorithm,
  extensions: [new BasicConstraintsExtension(true, undefined, true)],
});
const key = PemConverter.encode(await webcrypto.subtle.exportKey("pkcs8", keys.privateKey), "PRIVATE KEY");
const base64 = (text) => Buffer.from(text).toString("base64");
console.log(JSON.stringify({ data: { "tls.crt": base64(intermediate.toString("pem")), "tls.key": base64(key) } }));
