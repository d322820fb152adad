package vault_test

import (
	"bytes"
	"slices"
	"testing"

	"github.com/sealform/sealform/internal/vault"
)

func TestRingOpensInItsPlaceOnly(t *testing.T) {
	ring := vault.NewRing()
	for i, sealed := range places {
		blob := ring.Seal([]byte("0123 456"), sealed.label, sealed.fields...)
		for j, opened := range places {
			got, err := ring.Open(blob, opened.label, opened.fields...)
			if i == j {
				if err != nil || string(got) != "0123 456" {
					t.Errorf("place %d: got %q, %v", i, got, err)
				}
				continue
			}
			mustBeOpenError(t, "another place", got, err)
		}
		got, err := vault.NewRing().Open(blob, sealed.label, sealed.fields...)
		mustBeOpenError(t, "another ring", got, err)
	}
}

func TestDamagedRingSealDoesNotOpen(t *testing.T) {
	ring := vault.NewRing().Rotate()
	blob := ring.Seal([]byte("0123 456"), "phone", practice)
	for how, damaged := range damages(blob) {
		got, err := ring.Open(damaged, "phone", practice)
		mustBeOpenError(t, how, got, err)
	}
	// The id of another key of the same ring must not do either.
	renamed := append(bytes.Clone(ring.MACs("any")[1][:4]), blob[4:]...)
	got, err := ring.Open(renamed, "phone", practice)
	mustBeOpenError(t, "another key's id", got, err)
}

func TestRotationKeepsTheOldAndDropsTheRemoved(t *testing.T) {
	first := vault.NewRing()
	old := first.Seal([]byte("0123 456"), "phone", practice)
	oldMAC := first.MAC("link", practice)
	both := first.Rotate()

	if got := both.IDs(); len(got) != 2 || got[0] != both.Current() || got[1] != first.Current() {
		t.Fatalf("IDs = %v, first was %s", got, first.Current())
	}
	if len(first.IDs()) != 1 {
		t.Error("rotating changed the ring it came from")
	}
	if got, err := both.Open(old, "phone", practice); err != nil || string(got) != "0123 456" {
		t.Errorf("after rotation: got %q, %v", got, err)
	}
	if !both.Verify(oldMAC, "link", practice) {
		t.Error("after rotation an old MAC does not verify")
	}
	fresh := both.Seal([]byte("0123 456"), "phone", practice)
	if vault.KeyID(fresh) != both.Current() || vault.KeyID(old) != first.Current() {
		t.Errorf("KeyID: fresh %s, old %s, ring %v", vault.KeyID(fresh), vault.KeyID(old), both.IDs())
	}

	one := both.Without(first.Current())
	if !slices.Equal(one.IDs(), []string{both.Current()}) {
		t.Errorf("Without left %v", one.IDs())
	}
	got, err := one.Open(old, "phone", practice)
	mustBeOpenError(t, "key removed", got, err)
	if one.Verify(oldMAC, "link", practice) || one.MACWith(first.Current(), "link") != nil || one.Check(first.Current()) != nil {
		t.Error("the removed key still works")
	}
	if got, err := one.Open(fresh, "phone", practice); err != nil || string(got) != "0123 456" {
		t.Errorf("the kept key: got %q, %v", got, err)
	}
	if len(both.IDs()) != 2 {
		t.Error("Without changed the ring it came from")
	}
}

func TestWithoutRefusesTheCurrentKey(t *testing.T) {
	ring := vault.NewRing().Rotate()
	if ring.Without(ring.Current()) != nil {
		t.Error("the current key was left out")
	}
	for _, unknown := range []string{"", "zzzzzzzz", "00000000ff"} {
		if got := ring.Without(unknown); !slices.Equal(got.IDs(), ring.IDs()) {
			t.Errorf("without unknown %q: %v", unknown, got.IDs())
		}
	}
}

func TestMACs(t *testing.T) {
	ring := vault.NewRing().Rotate().Rotate()
	macs := ring.MACs("link", practice)
	if len(macs) != 3 || !bytes.Equal(macs[0], ring.MAC("link", practice)) {
		t.Fatal("the current key's MAC is not the first of three")
	}
	for i, id := range ring.IDs() {
		if len(macs[i]) != 36 || vault.KeyID(macs[i]) != id {
			t.Errorf("MAC %d: %d bytes of key %s, want 36 of %s", i, len(macs[i]), vault.KeyID(macs[i]), id)
		}
		if !bytes.Equal(macs[i], ring.MACWith(id, "link", practice)) {
			t.Errorf("MACWith(%s) differs from MAC %d", id, i)
		}
		if !ring.Verify(macs[i], "link", practice) {
			t.Errorf("MAC %d does not verify", i)
		}
	}
	for how, damaged := range damages(macs[1]) {
		if ring.Verify(damaged, "link", practice) {
			t.Fatalf("verifies though %s", how)
		}
	}
	if vault.NewRing().Verify(macs[0], "link", practice) {
		t.Error("another ring verifies it")
	}
	if ring.Verify(append(bytes.Clone(macs[0][:4]), macs[1][4:]...), "link", practice) {
		t.Error("one key's MAC verifies under another's id")
	}
}

func TestMACBindsItsPlace(t *testing.T) {
	ring := vault.NewRing()
	for i, made := range places {
		mac := ring.MAC(made.label, made.fields...)
		for j, checked := range places {
			if got := ring.Verify(mac, checked.label, checked.fields...); got != (i == j) {
				t.Errorf("MAC of place %d verifies in %d: %v", i, j, got)
			}
		}
	}
}

func TestCheckTellsKeysApart(t *testing.T) {
	ring := vault.NewRing().Rotate()
	current, older := ring.Check(ring.IDs()[0]), ring.Check(ring.IDs()[1])
	if len(current) != 32 || bytes.Equal(current, older) {
		t.Errorf("checks %x and %x", current, older)
	}
	if !bytes.Equal(current, ring.Rotate().Check(ring.Current())) {
		t.Error("the check of a key changes when the ring does")
	}
	if bytes.Contains(ring.Bytes(), current) {
		t.Error("the check is part of the key file")
	}
}

func TestKeyIDOfWhatNoRingMade(t *testing.T) {
	for _, blob := range [][]byte{nil, {1, 2, 3}, make([]byte, 35)} {
		if got := vault.KeyID(blob); got != "" {
			t.Errorf("KeyID of %d bytes = %q", len(blob), got)
		}
	}
}
