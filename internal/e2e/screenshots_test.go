package e2e_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/sealform/sealform/internal/testbrowser"
)

// TestScreenshots pictures every page, in light and in dark colours, into the
// folder that SEALFORM_SCREENSHOTS names.
func TestScreenshots(t *testing.T) {
	folder := os.Getenv("SEALFORM_SCREENSHOTS")
	if folder == "" {
		t.Skip("SEALFORM_SCREENSHOTS names no folder")
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	picture := func(t *testing.T, b *testbrowser.Tab, name, screen string) {
		t.Helper()
		for _, dark := range []bool{true, false} {
			b.Dark(dark)
			colours := map[bool]string{true: "dark", false: "light"}[dark]
			file := filepath.Join(folder, name+"-"+screen+"-"+colours+".png")
			if err := os.WriteFile(file, b.Picture(), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
	chromium := testbrowser.NewChromium(t)
	t.Run("client", func(t *testing.T) {
		d := start(t)
		for _, template := range []string{"intake-adult", "overseas-storage-consent", "npp-acknowledgement"} {
			tab := chromium.Tab(t, phone)
			c := &client{t: t, tab: tab, doc: d.of(t, template), draws: true}
			c.visit = func(name string) { picture(t, tab, name, "phone") }
			c.walk()
		}
	})
	for screen, size := range map[string]testbrowser.Screen{"phone": phone, "narrow": {Width: 320, Height: 640, Phone: true}} {
		t.Run("every kind on "+screen, func(t *testing.T) {
			g := newGallery(t, start(t), chromium.Tab(t, size))
			g.visit = func(name string) { picture(t, g.tab, name, screen) }
			g.walk()
			g.picture(folder)
		})
	}
	for screen, size := range map[string]testbrowser.Screen{"phone": phone, "desktop": desktop} {
		t.Run("staff on "+screen, func(t *testing.T) {
			tab := chromium.Tab(t, size)
			s := &desk{t: t, tab: tab, demo: start(t)}
			s.visit = func(name string) { picture(t, tab, name, screen) }
			s.walk()
		})
	}
}
