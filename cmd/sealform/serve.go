package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"runtime/debug"
	"time"

	"golang.org/x/crypto/acme"
	"golang.org/x/crypto/acme/autocert"

	"github.com/sealform/sealform/internal/config"
	"github.com/sealform/sealform/portal"
)

type serveCommand struct {
	config.Server `embed:""`
}

// heapGrowth is by how many percent the heap grows between collections. The
// heap is small and a page leaves much behind: with Go's own 100 the collector
// takes a tenth of a page's time.
const heapGrowth = 200

func (c *serveCommand) Run(p *program) (err error) {
	if os.Getenv("GOGC") == "" { // else the operator chose
		debug.SetGCPercent(heapGrowth)
	}
	settings, err := c.Check()
	if err := errors.Join(config.Unknown(p.env), err); err != nil {
		return err
	}
	w, err := p.openWays(settings.BaseURL, &settings.Outgoing)
	if err != nil {
		return err
	}
	// The site is made while the database is opened, which is mostly waiting.
	var in *installation
	opened := make(chan error, 1)
	go func() {
		var err error
		in, err = p.openPlace(&settings.Place, w)
		opened <- err
	}()
	site, siteErr := portal.New(portal.Config{
		BaseURL: settings.BaseURL, TrustedProxies: settings.TrustedProxies, Redis: string(settings.RedisURL),
		Twilio: w.twilio, Gateway: w.gateway, Now: p.now, Log: p.logger(settings.LogLevel), Version: version(),
	})
	if err := <-opened; err != nil {
		return err
	}
	defer func() { join(&err, in.Close()) }()
	if siteErr != nil {
		return siteErr
	}
	site.Store = in.store
	listener, err := net.Listen("tcp", settings.Addr)
	if err != nil {
		return err
	}
	if secured := encryption(settings); secured != nil {
		listener = tls.NewListener(listener, secured)
	}
	if settings.MetricsAddr != "" {
		counts, err := serveMetrics(settings.MetricsAddr, site.Metrics())
		if err != nil {
			return errors.Join(err, listener.Close())
		}
		defer func() { join(&err, counts.Close()) }()
	}
	in.log.Info("listening", "address", listener.Addr().String(), "links", settings.BaseURL, "database", in.db.Engine())
	return p.serve(in, site, listener)
}

// serveMetrics answers on an address that only the operator reaches.
func serveMetrics(addr string, metrics http.Handler) (io.Closer, error) {
	listener, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", metrics)
	counts := &http.Server{Handler: mux, ReadHeaderTimeout: 5 * time.Second}
	go func() { _ = counts.Serve(listener) }() // ends with Close
	return counts, nil
}

// encryption returns how connections are encrypted, nil when a proxy or
// nobody but this machine is at the other end.
func encryption(settings *config.Listen) *tls.Config {
	switch {
	case settings.Certificate != nil:
		return &tls.Config{MinVersion: tls.VersionTLS12, Certificates: []tls.Certificate{*settings.Certificate}}
	case settings.ACMEHost != "":
		manager := &autocert.Manager{
			Prompt:     autocert.AcceptTOS,
			HostPolicy: autocert.HostWhitelist(settings.ACMEHost),
			Cache:      autocert.DirCache(filepath.Join(settings.Data, "acme")),
			Email:      settings.ACMEEmail,
		}
		secured := manager.TLSConfig()
		secured.MinVersion = tls.VersionTLS12
		secured.NextProtos = []string{"http/1.1", acme.ALPNProto} // the server speaks no HTTP/2
		return secured
	default:
		return nil
	}
}

// A server is what listens.
type server interface {
	Prepare()
	Serve(net.Listener) error
	Shutdown(context.Context) error
}

// warmUp is how long after it listens a service prepares its pages, unless one
// is asked for before: its first answer shall not wait for them.
const warmUp = 100 * time.Millisecond

// drainTime is how long requests that are under way may take at the end.
const drainTime = 10 * time.Second

// serve serves until the program is told to stop, then lets requests end, and
// looks after the database meanwhile.
func (p *program) serve(in *installation, site server, listener net.Listener) error {
	ctx, stop := context.WithCancel(p.ctx)
	defer stop()
	warm := time.AfterFunc(warmUp, func() {
		site.Prepare()
		debug.FreeOSMemory() // starting took more than waiting needs
	})
	defer warm.Stop()
	tended := make(chan struct{})
	go func() { in.tend(ctx); close(tended) }()
	sent := make(chan struct{})
	go func() { in.send(ctx, p); close(sent) }()
	served := make(chan error, 1)
	go func() { served <- site.Serve(listener) }()
	var err error
	select {
	case err = <-served:
		err = fmt.Errorf("listening on %s: %w", listener.Addr(), err)
	case <-p.ctx.Done():
		in.log.Info("stopping")
		drain, cancel := context.WithTimeout(context.WithoutCancel(p.ctx), drainTime)
		err = site.Shutdown(drain)
		cancel()
		if errors.Is(err, context.DeadlineExceeded) { // browsers hold connections open that carry nothing
			in.log.Warn("connections were still open and are cut")
			err = nil
		}
	}
	stop()
	<-tended
	<-sent
	return err
}
