package testbrowser

import (
	"context"
	"encoding/json"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// stepTime is how long one step in a page may take before the test gives up.
const stepTime = 20 * time.Second

// Chromium is a browser of its own, without a past. It ends with the test.
type Chromium struct {
	t   testing.TB
	ctx context.Context
}

// NewChromium starts one.
func NewChromium(t testing.TB) *Chromium {
	t.Helper()
	path := Tool(t, "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path), chromedp.UserDataDir(t.TempDir()), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-quic", true),
		// One process draws a site's pages, instead of one for each page.
		chromedp.Flag("disable-features", "Translate,BlinkGenPropertyTrees,BackForwardCache,ProactivelySwapBrowsingInstance,SpareRendererForSitePerProcess,RenderDocument"))
	allocated, free := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, _ := chromedp.NewContext(allocated)
	t.Cleanup(func() {
		_ = chromedp.Cancel(ctx) // it waits until the process has ended, or was killed
		free()
	})
	if err := chromedp.Do(ctx); err != nil {
		t.Fatalf("%s does not start: %v", path, err)
	}
	return &Chromium{t: t, ctx: ctx}
}

// A Screen is what a tab is looked at with.
type Screen struct {
	Width, Height int64
	Phone         bool // touch, and the viewport that a page asks for
	NoScripts     bool
}

// A Tab has cookies of its own, so each is another device.
type Tab struct {
	t       testing.TB
	ctx     context.Context
	screen  Screen
	mu      sync.Mutex
	noise   []string
	allowed []string
}

// Tab opens an empty tab, closed when the test ends.
func (c *Chromium) Tab(t testing.TB, s Screen) *Tab {
	t.Helper()
	ctx, done := chromedp.NewContext(c.ctx, chromedp.WithNewBrowserContext())
	t.Cleanup(done)
	tab := &Tab{t: t, ctx: ctx, screen: s}
	if err := chromedp.Listen(ctx, tab.listen); err != nil {
		t.Fatal(err)
	}
	tab.show(s.Width)
	tab.Scripts(!s.NoScripts)
	return tab
}

// In makes the tab fail another test from now on.
func (b *Tab) In(t testing.TB) *Tab {
	b.t = t
	return b
}

// listen keeps what the console shows as a warning or an error.
func (b *Tab) listen(event any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch e := event.(type) {
	case *log.EventEntryAdded:
		if e.Entry.Level == log.EntryLevelError || e.Entry.Level == log.EntryLevelWarning {
			b.noise = append(b.noise, e.Entry.Text+" "+e.Entry.URL)
		}
	case *runtime.EventExceptionThrown:
		b.noise = append(b.noise, e.ExceptionDetails.Text+" "+e.ExceptionDetails.URL)
	case *runtime.EventConsoleAPICalled:
		b.noise = append(b.noise, "console."+string(e.Type))
	}
}

// Allow says that an answer with this status is meant to be got: the console
// reports it as an error.
func (b *Tab) Allow(status string) {
	b.allowed = append(b.allowed, "responded with a status of "+status+" ")
}

// Noise returns what the console complained of, except what was allowed.
func (b *Tab) Noise() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	var noise []string
	for _, line := range b.noise {
		meant := false
		for _, allowed := range b.allowed {
			meant = meant || strings.Contains(line, allowed)
		}
		if !meant {
			noise = append(noise, line)
		}
	}
	return noise
}

func (b *Tab) do(steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, stepTime)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		b.t.Fatal(err)
	}
}

// evaluate runs an expression in the tab and waits for its value.
func evaluate[T any](b *Tab, expression string) T {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, stepTime)
	defer cancel()
	value, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		b.t.Fatalf("%.120s: %v", expression, err)
	}
	return value
}

func (b *Tab) show(width int64) {
	b.t.Helper()
	options := []chromedp.EmulateViewportOption{}
	if b.screen.Phone {
		options = append(options, chromedp.EmulateMobile, chromedp.EmulateTouch, chromedp.EmulatePortrait)
	}
	b.do(chromedp.EmulateViewport(width, b.screen.Height, options...))
}

// Scripts says whether pages that are opened from now on may run theirs.
func (b *Tab) Scripts(run bool) {
	b.t.Helper()
	if _, err := chromedp.Call(b.ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: !run}); err != nil {
		b.t.Fatal(err)
	}
}

// Dark sets whether the device asks for dark colours. What fades into them is
// ended at once, since a tab that nobody looks at fades no further.
func (b *Tab) Dark(dark bool) {
	b.t.Helper()
	scheme := map[bool]string{true: "dark", false: "light"}[dark]
	params := emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}}
	if _, err := chromedp.Call(b.ctx, emulation.SetEmulatedMedia, params); err != nil {
		b.t.Fatal(err)
	}
	evaluate[bool](b, "getComputedStyle(document.body).color !== '' && document.getAnimations().every((a) => a.finish() === undefined)")
}

// Open goes to an address and waits until the page is loaded.
func (b *Tab) Open(address string) {
	b.t.Helper()
	b.do(chromedp.Navigate(address))
}

// Address is where the tab is.
func (b *Tab) Address() *url.URL {
	b.t.Helper()
	u, err := url.Parse(evaluate[string](b, "location.href"))
	if err != nil {
		b.t.Fatal(err)
	}
	return u
}

// Page reads the page as it is now.
func (b *Tab) Page() *Page {
	b.t.Helper()
	body := []byte(evaluate[string](b, "document.documentElement.outerHTML"))
	return &Page{URL: b.Address(), Body: body, Root: Parse(b.t, body)}
}

func quoted(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		panic(err) // strings always marshal
	}
	return string(text)
}

// Picture returns the whole page as a PNG.
func (b *Tab) Picture() []byte {
	b.t.Helper()
	picture, err := chromedp.Run(b.ctx, chromedp.FullScreenshot(100))
	if err != nil {
		b.t.Fatal(err)
	}
	return picture
}

// Fetch gets an address of the page's own site with the tab's cookies and
// returns its media type and its first five bytes.
func (b *Tab) Fetch(address string) (kind, start string) {
	b.t.Helper()
	got := evaluate[[]string](b, `fetch(`+quoted(address)+`).then(async (r) => [r.headers.get('Content-Type'), new TextDecoder('latin1').decode((await r.arrayBuffer()).slice(0, 5))])`)
	return got[0], got[1]
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}
