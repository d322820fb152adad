package main

import (
	"context"
	"io"
	"log/slog"
	"sync"
	"time"
)

// logDelay is how long a line of the log may wait for others. Writing each by
// itself would cost about as much as answering a request from memory.
const logDelay = 50 * time.Millisecond

// mostGathered is how many bytes of lines wait at most.
const mostGathered = 32 << 10

// A gatherer writes lines to w together: when the first has waited for
// logDelay, when they are many, and on flush.
type gatherer struct {
	w     io.Writer
	mu    sync.Mutex
	lines []byte
	timer *time.Timer
}

func (g *gatherer) Write(line []byte) (int, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if len(g.lines) == 0 {
		if g.timer == nil {
			g.timer = time.AfterFunc(logDelay, g.flush)
		} else {
			g.timer.Reset(logDelay)
		}
	}
	g.lines = append(g.lines, line...)
	if len(g.lines) > mostGathered {
		g.write()
	}
	return len(line), nil
}

func (g *gatherer) flush() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.write()
}

func (g *gatherer) write() {
	if len(g.lines) > 0 {
		_, _ = g.w.Write(g.lines) // there is nowhere to tell of a log that cannot be written
		g.lines = g.lines[:0]
	}
}

// A promptHandler lets what went wrong wait for nothing.
type promptHandler struct {
	slog.Handler
	lines *gatherer
}

func (h promptHandler) Handle(ctx context.Context, r slog.Record) error {
	err := h.Handler.Handle(ctx, r)
	if r.Level >= slog.LevelWarn {
		h.lines.flush()
	}
	return err
}

func (h promptHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	return promptHandler{h.Handler.WithAttrs(attrs), h.lines}
}

func (h promptHandler) WithGroup(name string) slog.Handler {
	return promptHandler{h.Handler.WithGroup(name), h.lines}
}

// logger returns the program's log from a level on.
func (p *program) logger(level slog.Level) *slog.Logger {
	return slog.New(promptHandler{slog.NewTextHandler(p.lines, &slog.HandlerOptions{Level: level}), p.lines})
}
