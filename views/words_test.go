package views

import (
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// asked finds what a source or a view asks to be said.
var asked = regexp.MustCompile(`(?:Say|say|Word)[ (]("(?:[^"\\]|\\.)*")`)

func TestEverySentenceIsInEveryLanguage(t *testing.T) {
	for _, fault := range sentences.Faults() {
		t.Error(fault)
	}
	var source strings.Builder
	said := map[string]string{} // sentence to file
	for _, pattern := range []string{"html/*/*.html", "*.go", "../portal/*.go"} {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: %v", pattern, err)
		}
		for _, file := range files {
			if strings.HasSuffix(file, "_test.go") || file == "words.go" || strings.HasPrefix(file, "../portal/staff") {
				continue
			}
			b, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			source.Write(b)
			for _, m := range asked.FindAllStringSubmatch(string(b), -1) {
				sentence, err := strconv.Unquote(m[1])
				if err != nil {
					t.Fatalf("%s: %s", file, m[1])
				}
				said[sentence] = file
			}
		}
	}
	known := map[string]bool{}
	for _, key := range sentences.Keys() {
		known[key] = true
		if !strings.Contains(source.String(), strconv.Quote(key)) && !strings.Contains(source.String(), `"`+key+`"`) {
			t.Errorf("nobody says %q", key)
		}
	}
	for sentence, file := range said {
		if !known[sentence] {
			t.Errorf("%s says %q, which is in no table", file, sentence)
		}
	}
	if len(said) < 100 {
		t.Errorf("found only %d sentences", len(said))
	}
}
