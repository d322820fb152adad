package vault

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/subtle"
)

// Overhead is how many bytes longer a blob of [Seal] is than its plaintext:
// version 1, commitment 32, nonce 12, tag 16.
const Overhead = 1 + commitmentSize + 12 + 16

const (
	blobVersion    = 1
	commitmentSize = 32
)

// Seal encrypts plaintext under a 32-byte key, bound to a kind and fields. It
// panics on a key of another length, which only a mistake in the caller makes.
//
// The blob is a version byte, a commitment to key and binding, then a random
// nonce and AES-256-GCM. GCM alone would let someone craft a blob that opens
// under two keys; the commitment, derived beside the cipher key, forbids it.
// The cipher key is derived per binding, so the number of random nonces under
// one key stays far from its limit.
func Seal(key []byte, plaintext []byte, kind string, fields ...[]byte) []byte {
	return appendSealed(make([]byte, 0, Overhead+len(plaintext)), key, plaintext, kind, fields)
}

// Open returns the plaintext of a blob of [Seal] with the same key, kind and
// fields, and [ErrOpen] for everything else.
func Open(key []byte, blob []byte, kind string, fields ...[]byte) ([]byte, error) {
	if len(key) != secretSize || len(blob) < Overhead || blob[0] != blobVersion {
		return nil, ErrOpen
	}
	bound := bindObject(kind, fields)
	gcm, commitment := objectCipher(key, bound)
	commits, sealed := blob[1:1+commitmentSize], blob[1+commitmentSize:]
	if subtle.ConstantTimeCompare(commitment, commits) != 1 {
		return nil, ErrOpen
	}
	plaintext, err := gcm.Open(nil, nil, sealed, bound)
	if err != nil {
		return nil, ErrOpen
	}
	return plaintext, nil
}

// appendSealed is Seal behind what dst already holds.
func appendSealed(dst, key, plaintext []byte, kind string, fields [][]byte) []byte {
	if len(key) != secretSize {
		panic("vault: internal error: sealing under a key that is not 32 bytes")
	}
	bound := bindObject(kind, fields)
	gcm, commitment := objectCipher(key, bound)
	dst = append(dst, blobVersion)
	dst = append(dst, commitment...)
	return gcm.Seal(dst, nil, plaintext, bound)
}

func bindObject(kind string, fields [][]byte) []byte {
	bound := startBinding(objectLabel, fields, 4+len(kind))
	return appendFields(appendField(bound, kind), fields)
}

func objectCipher(key, bound []byte) (gcm cipher.AEAD, commitment []byte) {
	keys := expand(key, bound, secretSize+commitmentSize)
	block, err := aes.NewCipher(keys[:secretSize])
	if err != nil {
		panic("vault: internal error: " + err.Error())
	}
	gcm, err = cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		panic("vault: internal error: " + err.Error())
	}
	return gcm, keys[secretSize:]
}
