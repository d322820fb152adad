package main

import (
	"bytes"
	"context"
	"time"

	"github.com/sealform/sealform/internal/config"
)

const (
	sweepEvery = time.Minute
	keyEvery   = time.Second // well within the reloadTime that a rotation waits
)

// tend does what nobody asks for until ctx ends: it expires and erases what is
// due, and takes up a new server key.
func (in *installation) tend(ctx context.Context) {
	sweep, key := time.NewTicker(sweepEvery), time.NewTicker(keyEvery)
	defer sweep.Stop()
	defer key.Stop()
	last := in.ring.Bytes()
	for {
		select {
		case <-ctx.Done():
			return
		case <-sweep.C:
			in.sweep(ctx)
		case <-key.C:
			last = in.reloadKey(ctx, last)
		}
	}
}

// sweep expires and erases, then empties the write-ahead log, since what was
// erased would otherwise still be in it.
func (in *installation) sweep(ctx context.Context) {
	swept, err := in.store.Sweep(ctx)
	if err == nil {
		err = in.db.Checkpoint(ctx)
	}
	if err != nil && ctx.Err() == nil {
		in.log.Error("sweep", "error", err)
		return
	}
	in.log.Debug("swept", "expired", swept.Expired, "erased", swept.Erased, "sessions", swept.Sessions, "forgotten", swept.Forgotten)
}

// reloadKey takes up the key file when its text is no longer the last one. A
// file that cannot be used changes nothing: the service goes on with the keys
// it has, and says so.
func (in *installation) reloadKey(ctx context.Context, last []byte) []byte {
	if in.place.KeyFile == "" {
		return last
	}
	text, err := config.ReadKeyFile(in.place.KeyFile)
	if err == nil && bytes.Equal(text, last) {
		return last
	}
	ring, err := readRing(in.place)
	if err == nil {
		err = in.store.UseRing(ctx, ring)
	}
	if err != nil {
		in.log.Error("server key not reloaded", "file", in.place.KeyFile, "error", err)
		return last
	}
	in.log.Info("server key reloaded", "current", ring.Current())
	return text
}
