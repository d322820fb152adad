package practice_test

import (
	"strings"
	"testing"

	"github.com/sealform/sealform/internal/practice"
)

func TestEveryColourThatIsTakenCanBeRead(t *testing.T) {
	taken := 0
	for r := 0; r < 256; r += 15 {
		for g := 0; g < 256; g += 15 {
			for b := 0; b < 256; b += 15 {
				c, err := practice.ParseColour(practice.Colour(r<<16 | g<<8 | b).String())
				if err != nil {
					continue
				}
				taken++
				for _, s := range []struct {
					practice.Shades
					paper, mist practice.Colour
				}{{c.Light(), 0xffffff, 0xf1f6f6}, {c.Dark(), 0x111c1f, 0x18272b}} {
					for _, pair := range [][2]practice.Colour{{s.Brand, s.paper}, {s.Brand, s.mist}, {s.OnBrand, s.Brand}, {s.Deep, s.Tint}, {s.OnBrand, s.Deep}} {
						if ratio := practice.Contrast(pair[0], pair[1]); ratio < 4.5 {
							t.Fatalf("%s: %s on %s has a contrast of %.2f", c, pair[0], pair[1], ratio)
						}
					}
				}
			}
		}
	}
	if taken < 500 {
		t.Errorf("only %d colours are taken", taken)
	}
}

func TestColoursAsTyped(t *testing.T) {
	for text, want := range map[string]string{"#0A5C62": "#0a5c62", " 0a5c62 ": "#0a5c62", "#ffcc00": "", "teal": "", "#12": "", "#0a5c62;}": ""} {
		c, err := practice.ParseColour(text)
		if want == "" && err == nil || want != "" && (err != nil || c.String() != want) {
			t.Errorf("%q is %v, %v", text, c, err)
		}
	}
	c, _ := practice.ParseColour("#7a1fa2")
	if sheet := c.Sheet(); !strings.Contains(sheet, "--brand:#7a1fa2") || !strings.Contains(sheet, "prefers-color-scheme:dark") {
		t.Errorf("the sheet is %s", sheet)
	}
}
