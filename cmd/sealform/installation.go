package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"strings"

	"github.com/sealform/sealform/internal/config"
	"github.com/sealform/sealform/internal/db"
	"github.com/sealform/sealform/internal/store"
	"github.com/sealform/sealform/internal/vault"
	"github.com/sealform/sealform/pdf"
)

// An installation is an open database with the key that belongs to it.
type installation struct {
	place *config.Place
	db    *db.DB
	store *store.Store
	ring  *vault.Ring
	ways  ways
	log   *slog.Logger
}

// open checks the settings and opens the installation they name, with the
// schema up to date.
func (p *program) open(settings config.Database) (*installation, error) {
	place, err := settings.Check()
	if err := errors.Join(config.Unknown(p.env), err); err != nil {
		return nil, err
	}
	return p.openPlace(place, ways{})
}

func (p *program) openPlace(place *config.Place, w ways) (*installation, error) {
	ring, err := readRing(place)
	if err != nil {
		return nil, err
	}
	return p.openWith(place, ring, w)
}

func (p *program) openWith(place *config.Place, ring *vault.Ring, w ways) (*installation, error) {
	in := &installation{place: place, ring: ring, ways: w, log: p.logger(place.LogLevel)}
	var err error
	if in.db, err = openDatabase(p.ctx, place, in.log); err != nil {
		return nil, err
	}
	if in.store, err = newStore(p, in); err != nil {
		return nil, errors.Join(err, in.db.Close())
	}
	return in, nil
}

func (in *installation) Close() error { return in.db.Close() }

// openDatabase opens the database, refuses a role that would walk through
// row-level security, and migrates.
func openDatabase(ctx context.Context, place *config.Place, log *slog.Logger) (*db.DB, error) {
	if err := os.MkdirAll(place.Data, 0o700); err != nil {
		return nil, err
	}
	d, err := db.Open(ctx, string(place.DatabaseURL), log)
	if err != nil {
		return nil, err
	}
	err = d.CheckRole(ctx, store.Confined)
	if err == nil {
		err = db.Migrate(ctx, d, store.Migrations())
	}
	if err != nil {
		return nil, errors.Join(err, d.Close())
	}
	return d, nil
}

func newStore(p *program, in *installation) (*store.Store, error) {
	renderer, err := newRenderer(in.place.Fonts)
	if err != nil {
		return nil, err
	}
	var stamp func(context.Context, []byte) ([]byte, error)
	if in.place.TSAURL != "" {
		stamp = pdf.TSA(http.DefaultClient, in.place.TSAURL)
	}
	var own *pdf.Seal
	if in.place.SealCert != nil {
		if own, err = pdf.OwnSeal(in.place.SealCert, in.place.SealKey, string(in.place.SealPassword), p.now()); err != nil {
			return nil, fmt.Errorf("%sSEAL_CERT: %w", config.Prefix, err)
		}
	}
	return store.New(p.ctx, store.Config{
		DB: in.db, Ring: in.ring, Renderer: renderer, Timestamp: stamp, Seal: own,
		Operator: in.place.OperatorName, Storage: in.place.StorageCountry,
		Now: p.now, Log: in.log,
		Base: in.ways.base, Channels: in.ways.channels, Receipts: in.ways.reports(),
	})
}

// readRing reads the server key. A missing one is told apart by whether there
// is a database already: then a new key would open nothing in it.
func readRing(place *config.Place) (*vault.Ring, error) {
	text, err := config.ReadKeyFile(place.KeyFile)
	switch {
	case errors.Is(err, config.ErrNoKeyFile) && hasDatabase(place):
		return nil, fmt.Errorf("%w, but there is a database: put the key file back from where you keep its copy; nothing in the database opens without it", err)
	case errors.Is(err, config.ErrNoKeyFile):
		return nil, fmt.Errorf("%w: for a new installation run 'sealform keys init' once", err)
	case err != nil:
		return nil, err
	}
	ring, err := vault.ParseRing(text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", place.KeyFile, err)
	}
	return ring, nil
}

// hasDatabase tells whether the SQLite file is there. A PostgreSQL database
// tells a foreign key by its check value, once it is open.
func hasDatabase(place *config.Place) bool {
	url := string(place.DatabaseURL)
	if strings.Contains(url, "://") {
		return false
	}
	_, err := os.Stat(strings.TrimPrefix(url, "sqlite:"))
	return err == nil
}
