package config

import (
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/text/language"
)

// A Place is where practice data and its keys are, checked.
type Place struct {
	DatabaseURL    Secret // postgres://…, or the path of an SQLite file
	Data           string
	KeyFile        string
	StorageCountry string // ISO 3166-1 alpha-2, or ""
	OperatorName   string
	Fonts          string
	TSAURL         string
	SealCert       []byte // certificates, or all of PKCS #12; nil for the installation's own
	SealKey        []byte
	SealPassword   Secret
	LogLevel       slog.Level
}

// Listen is how the service is reached, checked.
type Listen struct {
	Place
	Addr           string
	BaseURL        string // without a slash at the end
	RedisURL       Secret
	TrustedProxies []netip.Prefix
	Certificate    *tls.Certificate // nil without certificate files
	ACMEHost       string
	ACMEEmail      string
	MetricsAddr    string
	Outgoing
}

// mistakes collects what is wrong with the settings.
type mistakes []error

func (m *mistakes) add(setting, format string, args ...any) {
	*m = append(*m, fmt.Errorf("%s: %s", setting, fmt.Sprintf(format, args...)))
}

// Unknown returns an error for each variable of ours in the environment
// ("NAME=value") that names no setting: a misspelt setting would otherwise be
// silently ignored.
func Unknown(env []string) error {
	known := map[string]bool{}
	for _, s := range Settings() {
		known[s.Name] = true
	}
	var m mistakes
	for _, pair := range env {
		name, _, _ := strings.Cut(pair, "=")
		if strings.HasPrefix(name, Prefix) && !strings.HasPrefix(name, Prefix+"TEST_") && !known[name] {
			m.add(name, "is no setting; see the settings in README.md")
		}
	}
	return errors.Join(m...)
}

// Check returns the checked settings, or every mistake at once.
func (d Database) Check() (*Place, error) {
	var m mistakes
	place := d.check(&m)
	return place, errors.Join(m...)
}

func (d Database) check(m *mistakes) *Place {
	p := &Place{
		DatabaseURL:    secret(m, "DATABASE_URL", d.DatabaseURL, d.DatabaseURLFile),
		Data:           d.Data,
		KeyFile:        d.KeyFile,
		StorageCountry: strings.ToUpper(d.StorageCountry),
		OperatorName:   d.OperatorName,
		Fonts:          d.Fonts,
		TSAURL:         d.TSAURL,
		SealCert:       contents(m, "SEAL_CERT", d.SealCert),
		SealKey:        contents(m, "SEAL_KEY", d.SealKey),
		SealPassword:   secret(m, "SEAL_PASSWORD", d.SealPassword, d.SealPasswordFile),
	}
	if d.SealCert == "" && (d.SealKey != "" || p.SealPassword != "") {
		m.add(Prefix+"SEAL_CERT", "is needed with %[1]sSEAL_KEY and %[1]sSEAL_PASSWORD", Prefix)
	}
	if p.DatabaseURL == "" {
		p.DatabaseURL = Secret(filepath.Join(d.Data, "sealform.db"))
	} else if scheme, _, has := strings.Cut(string(p.DatabaseURL), "://"); has && scheme != "postgres" && scheme != "postgresql" {
		m.add(Prefix+"DATABASE_URL", "has to start with postgres://, or be the path of an SQLite file")
	}
	if p.KeyFile == "" {
		p.KeyFile = filepath.Join(d.Data, "server.key")
	}
	if p.StorageCountry != "" && !isCountry(p.StorageCountry) {
		m.add(Prefix+"STORAGE_COUNTRY", "%q is no country code; write two letters, such as CA, or GB for the United Kingdom", d.StorageCountry)
	}
	if d.Fonts != "" && !isFolder(d.Fonts) {
		m.add(Prefix+"FONTS", "%q is no folder", d.Fonts)
	}
	if u, err := url.Parse(d.TSAURL); d.TSAURL != "" && (err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http") {
		m.add(Prefix+"TSA_URL", "has to start with https:// or http://")
	}
	if err := p.LogLevel.UnmarshalText([]byte(d.LogLevel)); err != nil {
		m.add(Prefix+"LOG_LEVEL", "%q is none of debug, info, warn, error", d.LogLevel)
	}
	return p
}

// Check returns the checked settings, or every mistake at once.
func (s Server) Check() (*Listen, error) {
	var m mistakes
	l := &Listen{
		Place:          *s.Database.check(&m),
		Addr:           s.Addr,
		RedisURL:       secret(&m, "REDIS_URL", s.RedisURL, s.RedisURLFile),
		TrustedProxies: proxies(&m, s.TrustedProxies),
		Certificate:    certificate(&m, s.TLSCert, s.TLSKey),
		ACMEHost:       s.ACMEHost,
		ACMEEmail:      s.ACMEEmail,
		MetricsAddr:    s.MetricsAddr,
	}
	if _, _, err := net.SplitHostPort(s.MetricsAddr); s.MetricsAddr != "" && err != nil {
		m.add(Prefix+"METRICS_ADDR", "%q is not host:port, such as 127.0.0.1:9090", s.MetricsAddr)
	}
	if u, err := url.Parse(string(l.RedisURL)); l.RedisURL != "" && (err != nil || u.Scheme != "redis" && u.Scheme != "rediss") {
		m.add(Prefix+"REDIS_URL", "has to start with redis:// or rediss://")
	}
	if s.ACMEHost != "" && (s.TLSCert != "" || s.TLSKey != "") {
		m.add(Prefix+"ACME_HOST", "cannot go with certificate files; choose one")
	}
	if s.ACMEHost == "" && s.ACMEEmail != "" {
		m.add(Prefix+"ACME_EMAIL", "needs %sACME_HOST", Prefix)
	}
	s.checkAddress(&m, l)
	l.Outgoing = *s.Messages.check(&m)
	return l, errors.Join(m...)
}

// checkAddress sees to it that links and sessions never cross a network in
// clear: elsewhere than on loopback there is TLS here or at a trusted proxy.
func (s Server) checkAddress(m *mistakes, l *Listen) {
	loopback := IsLoopback(s.Addr)
	encrypted := s.TLSCert != "" || s.ACMEHost != ""
	if _, _, err := net.SplitHostPort(s.Addr); err != nil {
		m.add(Prefix+"ADDR", "%q is not host:port, such as 127.0.0.1:8080", s.Addr)
		return
	}
	if !loopback && !encrypted && s.TrustedProxies == "" {
		m.add(Prefix+"ADDR", "%s is not loopback, so it needs TLS: set %[2]sTLS_CERT and %[2]sTLS_KEY, or %[2]sACME_HOST; or %[2]sTRUSTED_PROXIES if a proxy in front does TLS", s.Addr, Prefix)
	}
	l.BaseURL = strings.TrimSuffix(s.BaseURL, "/")
	switch {
	case l.BaseURL != "":
		s.checkBase(m, l.BaseURL)
	case s.ACMEHost != "":
		l.BaseURL = "https://" + s.ACMEHost
	case loopback && encrypted:
		l.BaseURL = "https://" + s.Addr
	case loopback && s.TrustedProxies == "":
		l.BaseURL = "http://" + s.Addr
	default:
		m.add(Prefix+"BASE_URL", "is needed: links in messages start with it, such as https://forms.example.org")
	}
}

func (s Server) checkBase(m *mistakes, base string) {
	u, err := url.Parse(base)
	switch {
	case err != nil || u.Host == "" || u.Path != "" || u.RawQuery != "" || u.Fragment != "" || u.User != nil:
		m.add(Prefix+"BASE_URL", "has to be scheme and host alone, such as https://forms.example.org")
	case u.Scheme == "http" && !IsLoopback(u.Host) && !IsLoopback(net.JoinHostPort(u.Hostname(), "0")):
		m.add(Prefix+"BASE_URL", "has to start with https://; http is for loopback alone")
	case u.Scheme != "http" && u.Scheme != "https":
		m.add(Prefix+"BASE_URL", "has to start with https://")
	}
}

// contents reads the file that a setting names.
func contents(m *mistakes, name, file string) []byte {
	if file == "" {
		return nil
	}
	b, err := os.ReadFile(file)
	if err != nil {
		m.add(Prefix+name, "%v", err)
	}
	return b
}

func secret(m *mistakes, name, value, file string) Secret {
	if file == "" {
		return Secret(value)
	}
	if value != "" {
		m.add(Prefix+name, "is set, and so is %s%s_FILE; choose one", Prefix, name)
		return Secret(value)
	}
	text, err := os.ReadFile(file)
	if err != nil {
		m.add(Prefix+name+"_FILE", "%v", err)
	} else if strings.TrimSpace(string(text)) == "" {
		m.add(Prefix+name+"_FILE", "%s is empty", file)
	}
	return Secret(strings.TrimSpace(string(text)))
}

func proxies(m *mistakes, list string) []netip.Prefix {
	var all []netip.Prefix
	for word := range strings.SplitSeq(list, ",") {
		word = strings.TrimSpace(word)
		if word == "" {
			continue
		}
		prefix, err := netip.ParsePrefix(word)
		if addr, addrErr := netip.ParseAddr(word); addrErr == nil {
			prefix, err = addr.Prefix(addr.BitLen())
		}
		if err != nil {
			m.add(Prefix+"TRUSTED_PROXIES", "%q is no address and no network, such as 10.0.0.0/8", word)
			continue
		}
		all = append(all, prefix.Masked())
	}
	return all
}

func certificate(m *mistakes, cert, key string) *tls.Certificate {
	switch {
	case cert == "" && key == "":
		return nil
	case cert == "":
		m.add(Prefix+"TLS_KEY", "needs %sTLS_CERT", Prefix)
		return nil
	case key == "":
		m.add(Prefix+"TLS_CERT", "needs %sTLS_KEY", Prefix)
		return nil
	}
	pair, err := tls.LoadX509KeyPair(cert, key)
	if err != nil {
		m.add(Prefix+"TLS_CERT", "%v", err)
		return nil
	}
	return &pair
}

func IsLoopback(addr string) bool {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return false
	}
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.IsLoopback()
}

// isCountry takes ISO 3166-1 alpha-2 alone: UK would never be equal to the GB
// of a practice.
func isCountry(code string) bool {
	region, err := language.ParseRegion(code)
	return err == nil && len(code) == 2 && region.IsCountry() && region.M49() != 0 && region.Canonicalize() == region
}

func isFolder(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}
