import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { bareEnvironment, run } from './process.ts';
import type { Python } from './python.ts';

export interface Certificate {
  readonly certificateFile: string;
  readonly keyFile: string;
}

/**
 * A certificate for 127.0.0.1 that this run alone trusts. Every policy that says "TLS only" is enforced by the
 * emulator, so it has to speak TLS.
 */
export async function makeCertificate(folder: string, python: Python): Promise<Certificate> {
  const certificateFile = join(folder, 'emulator.crt');
  const keyFile = join(folder, 'emulator.key');
  await run([python.bin('python'), '-c', PROGRAM, certificateFile, keyFile], {
    environment: bareEnvironment(folder),
  });
  if (!existsSync(certificateFile)) throw new Error('no certificate was made');
  return { certificateFile, keyFile };
}

const PROGRAM = `
import datetime, ipaddress, os, sys
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
key = ec.generate_private_key(ec.SECP256R1())
name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "rekey e2e")])
now = datetime.datetime.now(datetime.timezone.utc)
names = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
certificate = (
    x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    .serial_number(x509.random_serial_number())
    .not_valid_before(now - datetime.timedelta(days=1)).not_valid_after(now + datetime.timedelta(days=2))
    .add_extension(names, critical=False)
    .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    .sign(key, hashes.SHA256())
)
with open(sys.argv[1], "wb") as out:
    out.write(certificate.public_bytes(serialization.Encoding.PEM))
with open(os.open(sys.argv[2], os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "wb") as out:
    out.write(key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
`;
