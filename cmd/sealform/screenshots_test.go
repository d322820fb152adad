package main

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// TestScreenshots pictures the pages that a client and a staff member see
// first. `make screenshots` runs it; a page that does not come fails it.
func TestScreenshots(t *testing.T) {
	folder := os.Getenv("SEALFORM_SCREENSHOTS")
	if folder == "" {
		t.Skip("SEALFORM_SCREENSHOTS is empty; 'make screenshots' sets it")
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	r := start(t, nil, "demo", "--json", "--addr", "127.0.0.1:0")
	line, err := r.stdout.ReadBytes('\n')
	if err != nil {
		t.Fatalf("%v; standard error:\n%s", err, r.stderr)
	}
	var d demo
	if err := json.Unmarshal(line, &d); err != nil {
		t.Fatal(err)
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.NoSandbox)
	browser, stop := chromedp.NewExecAllocator(t.Context(), options...)
	defer stop()
	picture := func(name string, width, height int64, steps ...chromedp.Action[chromedp.Void]) {
		t.Helper()
		tab, cancel := chromedp.NewContext(browser)
		defer cancel()
		if err := chromedp.Do(tab, chromedp.EmulateViewport(width, height)); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		limited, cancel := context.WithTimeout(tab, time.Minute) // the first run must have none: it would end the browser
		defer cancel()
		if err := chromedp.Do(limited, steps...); err != nil {
			t.Errorf("%s: %v", name, err)
			return
		}
		png, err := chromedp.Run(limited, chromedp.CaptureScreenshot())
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if err := os.WriteFile(filepath.Join(folder, name+".png"), png, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	first := d.Documents[0]
	picture("client-unlock", 390, 844, chromedp.Navigate(first.Link), chromedp.WaitVisible(`input[name=code]`))
	picture("client-form", 390, 844, chromedp.Navigate(first.Link),
		chromedp.SendKeys(`input[name=code]`, first.Code+"\r"), chromedp.WaitNotPresent(`input[name=code]`), chromedp.WaitVisible(`main form`))
	picture("staff-sign-in", 1200, 800, chromedp.Navigate(d.BaseURL+"/staff/sign-in"), chromedp.WaitVisible(`input[name=passphrase]`))
	picture("staff-documents", 1200, 800, chromedp.Navigate(d.BaseURL+"/staff/sign-in"),
		chromedp.SendKeys(`input[name=email]`, d.Staff.Email), chromedp.SendKeys(`input[name=passphrase]`, d.Staff.Passphrase+"\r"),
		chromedp.WaitNotPresent(`input[name=passphrase]`), chromedp.Navigate(d.BaseURL+"/staff/documents"), chromedp.WaitVisible(`main`))
	r.end(t)
}
