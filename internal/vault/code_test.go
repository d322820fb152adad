package vault_test

import (
	"strings"
	"testing"

	"github.com/sealform/sealform/internal/vault"
)

// chiSquare is the statistic of observed counts against equal ones.
func chiSquare(counts []int) (sum float64) {
	total := 0
	for _, n := range counts {
		total += n
	}
	expected := float64(total) / float64(len(counts))
	for _, n := range counts {
		sum += (float64(n) - expected) * (float64(n) - expected) / expected
	}
	return sum
}

// The limits lie where equal odds land less than once in ten million runs.
func TestCodesAreUniform(t *testing.T) {
	var digits [8][10]int
	var first, last [100]int
	for range 100_000 {
		code := vault.NewCode()
		if len(code) != 8 || strings.Trim(code, "0123456789") != "" {
			t.Fatalf("code %q", code)
		}
		for i := range code {
			digits[i][code[i]-'0']++
		}
		first[10*int(code[0]-'0')+int(code[1]-'0')]++
		last[10*int(code[6]-'0')+int(code[7]-'0')]++
	}
	for i, counts := range digits {
		if got := chiSquare(counts[:]); got > 50 { // 9 degrees of freedom
			t.Errorf("digit %d: chi-square %.1f", i+1, got)
		}
	}
	for name, counts := range map[string][]int{"first": first[:], "last": last[:]} {
		if got := chiSquare(counts); got > 185 { // 99 degrees of freedom
			t.Errorf("%s two digits: chi-square %.1f", name, got)
		}
	}
}

func TestNormalizeCode(t *testing.T) {
	accepted := map[string]string{
		"as sent":                 "1234 5678",
		"plain":                   "12345678",
		"hyphen":                  "1234-5678",
		"pairs":                   "12 34-56 78",
		"spaces around":           "  12345678\r\n",
		"tab":                     "1234\t5678",
		"no-break space":          "1234\u00a05678",
		"narrow no-break space":   "1234\u202f5678",
		"ideographic space":       "1234\u30005678",
		"zero-width space":        "1234\u200b5678",
		"direction marks":         "\u200e1234 5678\u200f",
		"isolates":                "\u20681234 5678\u2069",
		"byte order mark":         "\ufeff12345678",
		"soft hyphen":             "1234\u00ad5678",
		"hyphen of its own":       "1234\u20105678",
		"no-break hyphen":         "1234\u20115678",
		"figure dash":             "1234\u20125678",
		"en dash":                 "1234–5678",
		"em dash":                 "1234—5678",
		"minus":                   "1234−5678",
		"full-width hyphen":       "1234－5678",
		"Japanese keyboard's bar": "1234ー5678",
		"half-width bar":          "1234ｰ5678",
		"full-width digits":       "１２３４　５６７８",
		"Arabic digits":           "١٢٣٤ ٥٦٧٨",
		"Persian digits":          "۱۲۳۴۵۶۷۸",
		"mixed digits":            "１2٣4５6۷8",
	}
	for name, typed := range accepted {
		if code, ok := vault.NormalizeCode(typed); !ok || code != "12345678" {
			t.Errorf("%s: %q gives %q, %v", name, typed, code, ok)
		}
	}
	if code, ok := vault.NormalizeCode("0000 0000"); !ok || code != "00000000" {
		t.Errorf("zeros give %q, %v", code, ok)
	}
	refused := map[string]string{
		"empty":               "",
		"space":               " ",
		"hyphens":             "----",
		"seven digits":        "1234567",
		"nine digits":         "123456789",
		"sixteen digits":      "1234567812345678",
		"letters":             "abcdefgh",
		"letter O":            "1234567O",
		"eight and a letter":  "12345678a",
		"full stop":           "1234.5678",
		"plus":                "+12345678",
		"circled digits":      "①②③④⑤⑥⑦⑧",
		"superscript":         "1234567⁸",
		"zero byte":           "1234\x005678",
		"broken UTF-8":        "1234\xff5678",
		"digit among marks":   strings.Repeat("\u200e", 400) + "1",
		"a million spaces":    strings.Repeat(" ", 1<<20) + "12345678",
		"a million digits":    strings.Repeat("1", 1<<20),
		"a million, no digit": strings.Repeat("x", 1<<20),
	}
	for name, typed := range refused {
		if code, ok := vault.NormalizeCode(typed); ok {
			t.Errorf("%s: accepted as %q", name, code)
		}
	}
}

func TestNewCodesNormalizeToThemselves(t *testing.T) {
	for range 1000 {
		code := vault.NewCode()
		if got, ok := vault.NormalizeCode(code[:4] + " " + code[4:]); !ok || got != code {
			t.Errorf("%q gives %q, %v", code, got, ok)
		}
	}
}
