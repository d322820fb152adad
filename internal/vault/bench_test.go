package vault_test

import (
	"testing"

	"github.com/sealform/sealform/internal/vault"
)

func BenchmarkSealLabel(b *testing.B) {
	key, label, id := vault.NewSecret(), make([]byte, 120), make([]byte, 16)
	b.ReportAllocs()
	for b.Loop() {
		vault.Seal(key, label, "label", id, id)
	}
}

func BenchmarkOpenLabel(b *testing.B) {
	key, id := vault.NewSecret(), make([]byte, 16)
	blob := vault.Seal(key, make([]byte, 120), "label", id, id)
	b.ReportAllocs()
	for b.Loop() {
		vault.Open(key, blob, "label", id, id)
	}
}

func BenchmarkHolderSeal(b *testing.B) {
	pair, _ := vault.NewSeed().Pair()
	public, _ := vault.ParsePublic(pair.Public())
	dek := vault.NewSecret()
	b.ReportAllocs()
	for b.Loop() {
		public.Seal(dek, "dek", dek)
	}
}

func BenchmarkHolderOpen(b *testing.B) {
	pair, _ := vault.NewSeed().Pair()
	public, _ := vault.ParsePublic(pair.Public())
	dek := vault.NewSecret()
	blob, _ := public.Seal(dek, "dek", dek)
	b.ReportAllocs()
	for b.Loop() {
		pair.Open(blob, "dek", dek)
	}
}

func BenchmarkMAC(b *testing.B) {
	ring, token := vault.NewRing(), vault.NewSecret()
	b.ReportAllocs()
	for b.Loop() {
		ring.MAC("link", token)
	}
}
