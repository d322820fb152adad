package testbrowser

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"testing"
	"time"
)

// A Rendering is what LHC-Forms made of a Questionnaire: the linkIds it holds,
// in order, how many items it drew, and the words on the page.
type Rendering struct {
	Problem string   `json:"problem"`
	Items   []string `json:"items"`
	Shown   int      `json:"shown"`
	Text    string   `json:"text"`
}

// lhcTime is how long LHC-Forms may take over all of them.
const lhcTime = 2 * time.Minute

// RenderFHIR has LHC-Forms draw each Questionnaire in Chromium.
func RenderFHIR(t testing.TB, questionnaires ...json.RawMessage) []Rendering {
	t.Helper()
	files := filepath.Join(Unpacked(t, "lforms"), "package", "dist", "lforms")
	page := filepath.Join(root(t), "internal", "testbrowser", "judges", "lhc-forms.html")
	seen := make(chan []Rendering, 1)
	mux := http.NewServeMux()
	mux.Handle("/lforms/", http.StripPrefix("/lforms/", http.FileServer(http.Dir(files))))
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) { http.ServeFile(w, r, page) })
	mux.HandleFunc("GET /questionnaires.json", func(w http.ResponseWriter, _ *http.Request) {
		if err := json.NewEncoder(w).Encode(questionnaires); err != nil {
			t.Error(err)
		}
	})
	mux.HandleFunc("POST /seen", func(_ http.ResponseWriter, r *http.Request) {
		var all []Rendering
		if err := json.NewDecoder(r.Body).Decode(&all); err != nil {
			t.Error(err)
		}
		seen <- all
	})
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	NewChromium(t).Tab(t, Screen{Width: 1200, Height: 900}).Open(server.URL + "/")
	select {
	case all := <-seen:
		return all
	case <-time.After(lhcTime):
		t.Fatal("LHC-Forms does not answer")
	}
	return nil
}
