package testbrowser

import (
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

// Evaluate runs a script in the tab's page and returns the string it ends with,
// or that its promise does.
func (b *Tab) Evaluate(script string) string {
	b.t.Helper()
	return evaluate[string](b, script)
}

// Offline takes the network away from the tab, or gives it back. What the
// console says of it is meant.
func (b *Tab) Offline(off bool) {
	b.t.Helper()
	b.mu.Lock()
	b.allowed = append(b.allowed, "net::ERR_INTERNET_DISCONNECTED")
	b.mu.Unlock()
	if _, err := chromedp.Call(b.ctx, network.Enable, network.EnableParams{}); err != nil {
		b.t.Fatal(err)
	}
	if _, err := chromedp.Call(b.ctx, network.OverrideNetworkState, network.OverrideNetworkStateParams{Offline: off, DownloadThroughput: -1, UploadThroughput: -1}); err != nil {
		b.t.Fatal(err)
	}
	rules := network.EmulateNetworkConditionsByRuleParams{MatchedNetworkConditions: []*network.Conditions{}}
	if off {
		rules.MatchedNetworkConditions = append(rules.MatchedNetworkConditions, &network.Conditions{Offline: true, DownloadThroughput: -1, UploadThroughput: -1})
	}
	if _, err := chromedp.Call(b.ctx, network.EmulateNetworkConditionsByRule, rules); err != nil {
		b.t.Fatal(err)
	}
}
