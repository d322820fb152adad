package pdf

import "testing"

func TestEverySentenceIsInEveryLanguage(t *testing.T) {
	for _, fault := range sentences.Faults() {
		t.Error(fault)
	}
}
