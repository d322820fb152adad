package e2e_test

import (
	"log/slog"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/sealform/sealform/internal/db"
	"github.com/sealform/sealform/internal/store"
	"github.com/sealform/sealform/internal/testdb"
	"github.com/sealform/sealform/internal/testpractice"
	"github.com/sealform/sealform/internal/testprogram"
	"github.com/sealform/sealform/internal/vault"
)

// served runs the service on an empty database of the engine until the test
// ends, for a practice with nothing but a key for programs. The demo, which
// people try first, knows one engine only.
func served(t *testing.T, engine db.Engine) *demo {
	t.Helper()
	url, folder, ring := testdb.URL(t, engine), t.TempDir(), vault.NewRing()
	key := filepath.Join(folder, "server.key")
	if err := os.WriteFile(key, ring.Bytes(), 0o400); err != nil {
		t.Fatal(err)
	}
	d := &demo{APIKey: found(t, url, ring)}
	address := testprogram.FreeAddress(t)
	d.BaseURL = "http://" + address
	cmd := exec.Command(testprogram.Path(t), "serve")
	cmd.Env = append(os.Environ(), "SEALFORM_DATABASE_URL="+url, "SEALFORM_KEY_FILE="+key, "SEALFORM_DATA="+folder,
		"SEALFORM_ADDR="+address, "SEALFORM_BASE_URL="+d.BaseURL, "SEALFORM_STORAGE_COUNTRY=AU")
	launch(t, cmd)
	for range 600 {
		if response, err := http.Get(d.BaseURL + "/readyz"); err == nil {
			response.Body.Close()
			if response.StatusCode == http.StatusOK {
				return d
			}
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatal("the service was never ready")
	return nil
}

// found makes a practice in the database and returns a key of it that may
// create and read.
func found(t *testing.T, url string, ring *vault.Ring) string {
	t.Helper()
	d, err := db.Open(t.Context(), url, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	s := testpractice.Open(t, store.Config{DB: d, Ring: ring})
	practice := testpractice.Found(t, s, testpractice.Named("North", "dana@example.org"))
	key, err := s.MakeAPIKey(t.Context(), practice.Director, "Test", true)
	if err != nil {
		t.Fatal(err)
	}
	return key
}
