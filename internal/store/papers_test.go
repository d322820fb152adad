package store_test

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"testing"

	"github.com/sealform/sealform/internal/db"
	"github.com/sealform/sealform/internal/testdb"
)

func (c *clinic) made(sum string) bool {
	c.t.Helper()
	made, err := c.MadePaper(c.t.Context(), sum)
	if err != nil {
		c.t.Fatal(err)
	}
	return made
}

// submitted returns the SHA-256 of a new sealed PDF.
func (c *clinic) submitted() string {
	c.t.Helper()
	sum := sha256.Sum256(c.paper())
	return hex.EncodeToString(sum[:])
}

func TestTheRecordKnowsItsSealedPDFs(t *testing.T) {
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		c := newClinic(t, d)
		one, other := c.submitted(), strings.Repeat("ab", 32)
		if !c.made(one) || c.made(other) {
			t.Errorf("made %v, another %v", c.made(one), c.made(other))
		}
		// Whoever writes to the database without the server key adds nothing.
		c.alter(`INSERT INTO sealed_papers (sha256, mac) SELECT $1, mac FROM sealed_papers WHERE sha256 = $2`, other, one)
		if c.made(other) {
			t.Error("a record with another's MAC is believed")
		}
		c.alter(`DELETE FROM sealed_papers WHERE sha256 = $1`, other)
		old, two := c.ring.Current(), c.ring.Rotate()
		if err := c.UseRing(t.Context(), two); err != nil {
			t.Fatal(err)
		}
		if _, err := c.RotateServerKey(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := c.UseRing(t.Context(), two.Without(old)); err != nil {
			t.Fatal(err)
		}
		if !c.made(one) {
			t.Error("the record is lost with the old server key")
		}
	})
}
