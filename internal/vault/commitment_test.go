package vault_test

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/binary"
	"testing"

	"github.com/sealform/sealform/internal/vault"
)

// objectKeys derives what Seal uses from the written format alone: it is the
// second opinion on the encoding, and tells what an attacker can compute.
func objectKeys(t *testing.T, key []byte, bound string) (cipherKey, commitment []byte) {
	t.Helper()
	both, err := hkdf.Key(sha256.New, key, []byte("sealform/v1/extract"), bound, 64)
	if err != nil {
		t.Fatal(err)
	}
	return both[:32], both[32:]
}

const boundToAnswers = "sealform/v1/obj\x00" + "\x00\x00\x00\x07answers" + "\x00\x00\x00\x03one"

func gcmOf(t *testing.T, cipherKey []byte) cipher.AEAD {
	t.Helper()
	block, err := aes.NewCipher(cipherKey)
	if err != nil {
		t.Fatal(err)
	}
	gcm, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		t.Fatal(err)
	}
	return gcm
}

func TestSealFollowsTheWrittenFormat(t *testing.T) {
	key := vault.NewSecret()
	cipherKey, commitment := objectKeys(t, key, boundToAnswers)
	sealed := gcmOf(t, cipherKey).Seal(nil, nil, []byte("mother of two"), []byte(boundToAnswers))
	blob := append(append([]byte{1}, commitment...), sealed...)
	got, err := vault.Open(key, blob, "answers", []byte("one"))
	if err != nil || string(got) != "mother of two" {
		t.Errorf("got %q, %v", got, err)
	}
}

// GCM does not commit to its key: knowing two keys, anyone can make a ciphertext
// that both accept. This test makes one, shows that both accept it, and that no
// commitment lets more than one of them open it here.
func TestNothingOpensUnderTwoKeys(t *testing.T) {
	one, two := vault.NewSecret(), vault.NewSecret()
	key1, commit1 := objectKeys(t, one, boundToAnswers)
	key2, commit2 := objectKeys(t, two, boundToAnswers)
	sealed := openableByBoth(t, key1, key2, []byte(boundToAnswers))
	for _, key := range [][]byte{key1, key2} {
		if _, err := gcmOf(t, key).Open(nil, nil, sealed, []byte(boundToAnswers)); err != nil {
			t.Fatalf("the forgery does not even open under bare GCM: %v", err)
		}
	}
	opens := func(key, commitment []byte) bool {
		blob := append(append([]byte{1}, commitment...), sealed...)
		_, err := vault.Open(key, blob, "answers", []byte("one"))
		return err == nil
	}
	if !opens(one, commit1) || !opens(two, commit2) {
		t.Error("the forgery is not a blob at all")
	}
	if opens(one, commit2) || opens(two, commit1) {
		t.Error("a blob that commits to one key opens under another")
	}
	if bytes.Equal(commit1, commit2) {
		t.Error("two keys share a commitment")
	}
}

// openableByBoth returns nonce, one block and tag that GCM opens under both
// keys. With C the block, GCM's tag is T(C) = T(0) + C·H², so both agree for
// C = (T1(0)+T2(0)) / (H1²+H2²).
func openableByBoth(t *testing.T, key1, key2, aad []byte) []byte {
	t.Helper()
	var nonce [12]byte
	var zero element
	tag1, hash1 := tagOf(t, key1, nonce, aad, zero)
	tag2, hash2 := tagOf(t, key2, nonce, aad, zero)
	block := tag1.plus(tag2).times(hash1.times(hash1).plus(hash2.times(hash2)).inverse())
	tag, _ := tagOf(t, key1, nonce, aad, block)
	return append(append(nonce[:], block.bytes()...), tag.bytes()...)
}

// tagOf is the tag of a one-block ciphertext, and the hash key H (NIST SP 800-38D).
func tagOf(t *testing.T, key []byte, nonce [12]byte, aad []byte, ciphertext element) (tag, hash element) {
	t.Helper()
	block, err := aes.NewCipher(key)
	if err != nil {
		t.Fatal(err)
	}
	encrypt := func(in []byte) element {
		out := make([]byte, 16)
		block.Encrypt(out, in)
		return elementOf(out)
	}
	hash = encrypt(make([]byte, 16))
	padded := append(bytes.Clone(aad), make([]byte, (16-len(aad)%16)%16)...)
	for ; len(padded) > 0; padded = padded[16:] {
		tag = tag.plus(elementOf(padded)).times(hash)
	}
	tag = tag.plus(ciphertext).times(hash)
	tag = tag.plus(element{uint64(8 * len(aad)), 128}).times(hash)
	return tag.plus(encrypt(append(nonce[:], 0, 0, 0, 1))), hash
}

// An element of GF(2^128) as GCM writes it: the first bit is the constant term.
type element struct{ high, low uint64 }

func elementOf(b []byte) element {
	return element{binary.BigEndian.Uint64(b), binary.BigEndian.Uint64(b[8:])}
}

func (e element) bytes() []byte {
	return binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint64(nil, e.high), e.low)
}

func (e element) plus(f element) element { return element{e.high ^ f.high, e.low ^ f.low} }

func (e element) times(f element) (product element) {
	for bit := range 128 {
		word := e.high
		if bit >= 64 {
			word = e.low
		}
		if word>>(63-bit%64)&1 == 1 {
			product = product.plus(f)
		}
		carry := f.low & 1
		f = element{f.high >> 1, f.low>>1 | f.high<<63}
		f.high ^= carry * (0xe1 << 56)
	}
	return product
}

// inverse is e to the power of 2^128 - 2.
func (e element) inverse() element {
	result, power := element{1 << 63, 0}, e
	for range 127 {
		power = power.times(power)
		result = result.times(power)
	}
	return result
}
