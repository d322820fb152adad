package config_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sealform/sealform/internal/config"
)

// defaults is what the command line gives when nothing is set.
func defaults() config.Server {
	return config.Server{
		Database: config.Database{Data: "data", OperatorName: "Operator", LogLevel: "info"},
		Addr:     "127.0.0.1:8080",
	}
}

func TestDefaultsNeedNoSetting(t *testing.T) {
	l, err := defaults().Check()
	if err != nil {
		t.Fatal(err)
	}
	if l.BaseURL != "http://127.0.0.1:8080" {
		t.Errorf("base URL %q", l.BaseURL)
	}
	if string(l.DatabaseURL) != filepath.Join("data", "sealform.db") || l.KeyFile != filepath.Join("data", "server.key") {
		t.Errorf("database %q, key %q", string(l.DatabaseURL), l.KeyFile)
	}
}

func TestEveryMistakeIsReportedAtOnce(t *testing.T) {
	s := defaults()
	s.Addr = "0.0.0.0:80"
	s.BaseURL = "http://forms.example.org/path"
	s.DatabaseURL = "mysql://secret-password@host/db"
	s.RedisURL = "localhost:6379"
	s.TLSKey = "key.pem"
	s.ACMEEmail = "me@example.org"
	s.StorageCountry = "XX"
	s.LogLevel = "loud"
	s.Fonts = "/no/such/folder"
	_, err := s.Check()
	if err == nil {
		t.Fatal("no error")
	}
	for _, name := range []string{"ADDR", "BASE_URL", "DATABASE_URL", "REDIS_URL", "TLS_KEY", "ACME_EMAIL", "STORAGE_COUNTRY", "LOG_LEVEL", "FONTS"} {
		if !strings.Contains(err.Error(), config.Prefix+name+": ") {
			t.Errorf("%s is not reported:\n%v", name, err)
		}
	}
	if strings.Contains(err.Error(), "secret-password") {
		t.Error("the errors repeat a password")
	}
}

// The country decides whether records are kept overseas, so it is compared with
// that of practices.
func TestCountriesAreISOCodes(t *testing.T) {
	for code, ok := range map[string]bool{"GB": true, "gb": true, "NZ": true, "UK": false, "EU": false, "USA": false, "UN": false, "001": false} {
		s := defaults()
		s.StorageCountry = code
		if _, err := s.Check(); (err == nil) != ok {
			t.Errorf("%s: %v", code, err)
		}
	}
}

func TestListeningBeyondLoopback(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*config.Server)
		ok     bool
	}{
		"no TLS":             {func(s *config.Server) {}, false},
		"ACME":               {func(s *config.Server) { s.ACMEHost = "forms.example.org" }, true},
		"trusted proxy":      {func(s *config.Server) { s.TrustedProxies = "10.0.0.0/8, ::1"; s.BaseURL = "https://a.example" }, true},
		"proxy, no base URL": {func(s *config.Server) { s.TrustedProxies = "10.0.0.1" }, false},
		"proxy, http links":  {func(s *config.Server) { s.TrustedProxies = "10.0.0.1"; s.BaseURL = "http://a.example" }, false},
	} {
		t.Run(name, func(t *testing.T) {
			s := defaults()
			s.Addr = ":8080"
			c.change(&s)
			if _, err := s.Check(); (err == nil) != c.ok {
				t.Errorf("error %v", err)
			}
		})
	}
}

func TestSecretFromAFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "url")
	if err := os.WriteFile(file, []byte("postgres://a:b@host/db\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	s := defaults()
	s.DatabaseURLFile = file
	l, err := s.Check()
	if err != nil || string(l.DatabaseURL) != "postgres://a:b@host/db" {
		t.Errorf("%q, %v", string(l.DatabaseURL), err)
	}
	s.DatabaseURL = "other"
	if _, err := s.Check(); err == nil {
		t.Error("both the setting and its file were accepted")
	}
}

func TestSecretNeverPrints(t *testing.T) {
	s := config.Secret("hunter2")
	var log strings.Builder
	slog.New(slog.NewTextHandler(&log, nil)).Info("x", "s", s)
	text, err := json.Marshal(map[string]any{"s": s})
	if err != nil {
		t.Fatal(err)
	}
	for _, out := range []string{fmt.Sprintf("%v %s %q %+v %#v %x", s, s, s, s, s, s), fmt.Sprintf("%+v", struct{ S config.Secret }{s}), log.String(), string(text)} {
		if strings.Contains(out, "hunter2") || strings.Contains(out, fmt.Sprintf("%x", "hunter2")) || !strings.Contains(out, "[redacted]") {
			t.Errorf("printed %s", out)
		}
	}
}

func TestUnknownSettings(t *testing.T) {
	err := config.Unknown([]string{"SEALFORM_ADDR=x", "SEALFORM_BASE_ULR=y", "SEALFORM_TEST_REDIS_URL=z", "PATH=/bin"})
	if err == nil || err.Error() != "SEALFORM_BASE_ULR: is no setting; see the settings in README.md" {
		t.Errorf("got %v", err)
	}
}

func TestKeyFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "new", "server.key")
	if _, err := config.ReadKeyFile(path); !errors.Is(err, config.ErrNoKeyFile) {
		t.Errorf("missing: %v", err)
	}
	if err := config.MakeKeyFile(path, []byte("one")); err != nil {
		t.Fatal(err)
	}
	if err := config.MakeKeyFile(path, []byte("two")); err == nil {
		t.Error("a key file was overwritten")
	}
	if err := config.ReplaceKeyFile(path, []byte("three")); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o400 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	if text, err := config.ReadKeyFile(path); err != nil || string(text) != "three" {
		t.Errorf("read %q, %v", text, err)
	}
	for _, mode := range []os.FileMode{0o440, 0o404, 0o644, 0o420} {
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		if _, err := config.ReadKeyFile(path); err == nil || !strings.Contains(err.Error(), "chmod 0400") {
			t.Errorf("mode %#o: %v", mode, err)
		}
	}
}

// The README's table of settings is the code's.
func TestReadmeListsEverySetting(t *testing.T) {
	text, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	var rows []string
	for line := range strings.Lines(string(text)) {
		if strings.HasPrefix(line, "| `"+config.Prefix) {
			rows = append(rows, strings.TrimSpace(line))
		}
	}
	settings := config.Settings()
	if len(rows) != len(settings) {
		t.Errorf("README has %d settings, the code %d", len(rows), len(settings))
	}
	for i, s := range settings {
		want := fmt.Sprintf("| `%s` | %s | %s |", s.Name, s.Default, s.Help)
		if i >= len(rows) || rows[i] != want {
			t.Errorf("README lacks, as row %d:\n%s", i+1, want)
		}
	}
}
