package forms

import "testing"

func TestEveryProblemIsInEveryLanguage(t *testing.T) {
	for _, fault := range sentences.Faults() {
		t.Error(fault)
	}
}
