package lazyregexp_test

import (
	"testing"

	"github.com/sealform/sealform/internal/lazyregexp"
)

func TestPatternIsCompiledOnce(t *testing.T) {
	digits := lazyregexp.New(`^\d+$`)
	if !digits().MatchString("12") || digits().MatchString("a") {
		t.Error("it does not match what its pattern says")
	}
	if once, again := digits(), digits(); once != again {
		t.Error("it was compiled twice")
	}
}

func TestBrokenPatternIsFoundByAnyTest(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("nothing told of the broken pattern")
		}
	}()
	lazyregexp.New(`(`)
}
