package practice_test

import (
	"testing"

	"github.com/sealform/sealform/internal/practice"
)

func TestSameName(t *testing.T) {
	for _, c := range []struct {
		a, b string
		same bool
	}{
		{"José  Marín", "JOSE MARIN", true},
		{"Maya Ortiz", "Maya L. Ortiz", true},
		{"O'Brien, Ann", "Ann O’Brien", true},
		{"Søren Åberg", "søren åberg", true},
		{"Maya Ortiz", "Maya Otis", false},
		{"Maya Ortiz", "Luis Ortiz", false},
		{"李 伟", "李 伟", true},
	} {
		if got := practice.SameName(c.a, c.b); got != c.same {
			t.Errorf("SameName(%q, %q) = %t", c.a, c.b, got)
		}
	}
}
