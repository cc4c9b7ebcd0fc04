import { hsalsa, secretbox } from "@noble/ciphers/salsa.js";
import { x25519 } from "@noble/curves/ed25519.js";
import { blake2b } from "@noble/hashes/blake2.js";

/**
 * Encrypts a text so that only who has the key to a public key can read it: libsodium's sealed box,
 * which GitHub takes secrets in. libsodium itself is a megabyte of machine code for this.
 * @see https://doc.libsodium.org/public-key_cryptography/sealed_boxes
 */
export function sealBox(text: string, publicKey: Uint8Array): Uint8Array {
  const own = x25519.keygen();
  const key = boxKey(x25519.getSharedSecret(own.secretKey, publicKey));
  const nonce = blake2b(Buffer.concat([own.publicKey, publicKey]), { dkLen: 24 });
  const sealed = secretbox(key, nonce).seal(new TextEncoder().encode(text));
  return Buffer.concat([own.publicKey, sealed]);
}

/** The key that `crypto_box` makes of a shared secret. */
function boxKey(shared: Uint8Array): Uint8Array {
  const sigma = wordsOf(new TextEncoder().encode("expand 32-byte k"));
  const words = new Uint32Array(8);
  hsalsa(sigma, wordsOf(shared), new Uint32Array(4), words);
  const key = new DataView(new ArrayBuffer(32));
  words.forEach((word, index) => void key.setUint32(4 * index, word, true));
  return new Uint8Array(key.buffer);
}

function wordsOf(bytes: Uint8Array): Uint32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Uint32Array.from({ length: bytes.length / 4 }, (_, at) => view.getUint32(4 * at, true));
}
