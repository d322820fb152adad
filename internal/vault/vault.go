// Package vault owns every key: how secrets are made, derived, wrapped, sealed,
// opened and rotated. It has two mechanisms and no others: AEAD under a key
// derived from a bearer secret ([Seal], [Open]), and sealing to a holder's
// public key ([PublicKey.Seal], [Pair.Open]). The server's own keys ([Ring])
// and passphrases ([WrapSeed]) are built on the first.
//
// It imports Go's crypto and Argon2 only. It never logs, never stores and never
// reads a file, and no error of it carries a secret or any part of one.
//
// Everything sealed is bound to where it belongs: a kind or label, and fields
// such as the ids of practice, document and object. Opening it anywhere else
// fails exactly as a wrong key does, so two rows cannot be swapped unnoticed.
package vault

import (
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"strings"
)

// The failures. Each is tested for with errors.Is; none says more than it must.
var (
	// ErrOpen is every way in which something sealed does not open: the wrong
	// key, the wrong place, an altered byte, a key the ring does not hold.
	ErrOpen = errors.New("cannot be opened: wrong key, wrong place or altered")
	// ErrKey is bytes that are no usable key of a holder.
	ErrKey = errors.New("not a usable key")
	// ErrPassphrase is a wrong passphrase.
	ErrPassphrase = errors.New("wrong passphrase")
	// ErrBusy is no free slot to stretch a passphrase within the wait.
	ErrBusy = errors.New("too many passphrases are being checked")
	// ErrKit is a recovery kit that was not typed as printed.
	ErrKit = errors.New("not a valid recovery kit")
	// ErrKeyFile is a server key file that is not as [Ring.Bytes] writes it.
	ErrKeyFile = errors.New("server key file")
)

const (
	prefix     = "sealform/v1/"
	secretSize = 32

	// objectLabel names the keys of Seal. No other derivation may use it, since
	// HKDF output of another length under one label would share its first bytes.
	objectLabel = "obj"
)

// NewSecret returns 32 random bytes.
func NewSecret() []byte {
	secret := make([]byte, secretSize)
	rand.Read(secret) // never fails: it ends the process when the system has no randomness
	return secret
}

// Derive returns the 32-byte key of a bearer secret for one purpose and place:
// HKDF-SHA256 (RFC 5869) over the label and the fields.
//
// The secret must be uniformly random and at least 32 bytes, or Derive panics:
// an empty secret would give everybody the same key. Check the length of what
// a browser sent first. The label is a constant of the caller.
func Derive(secret []byte, label string, fields ...[]byte) []byte {
	if len(secret) < secretSize {
		panic("vault: internal error: deriving from a short secret")
	}
	if label == objectLabel {
		panic("vault: internal error: label reserved for Seal")
	}
	return expand(secret, bind(label, fields), secretSize)
}

func expand(secret, bound []byte, size int) []byte {
	root, err := hkdf.Extract(sha256.New, secret, []byte(prefix+"extract"))
	if err != nil {
		panic("vault: internal error: " + err.Error())
	}
	out, err := hkdf.Expand(sha256.New, root, string(bound), size)
	if err != nil {
		panic("vault: internal error: " + err.Error())
	}
	return out
}

// bind encodes a label and fields so that no two lists share an encoding:
// prefix, label, a zero byte, then each field behind its length. The length
// takes four bytes because fields may hold what a person typed, of any size.
func bind(label string, fields [][]byte) []byte {
	return appendFields(startBinding(label, fields, 0), fields)
}

func startBinding(label string, fields [][]byte, extra int) []byte {
	if strings.IndexByte(label, 0) >= 0 {
		panic("vault: internal error: zero byte in a label")
	}
	size := len(prefix) + len(label) + 1 + extra
	for _, field := range fields {
		size += 4 + len(field)
	}
	bound := make([]byte, 0, size)
	bound = append(bound, prefix...)
	bound = append(bound, label...)
	return append(bound, 0)
}

func appendFields(bound []byte, fields [][]byte) []byte {
	for _, field := range fields {
		bound = appendField(bound, field)
	}
	return bound
}

func appendField[T string | []byte](bound []byte, field T) []byte {
	bound = binary.BigEndian.AppendUint32(bound, uint32(len(field)))
	return append(bound, field...)
}
