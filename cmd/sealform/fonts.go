package main

import (
	"context"
	"fmt"
	"sync"

	"github.com/sealform/sealform/internal/config"
	"github.com/sealform/sealform/internal/store"
	"github.com/sealform/sealform/pdf"
)

// A lateRenderer reads its fonts when the first PDF is drawn: they take half of
// the time to start, and most commands draw nothing.
type lateRenderer func() (*pdf.Renderer, error)

func (r lateRenderer) Render(ctx context.Context, d *pdf.Document, seal *pdf.Seal) ([]byte, error) {
	renderer, err := r()
	if err != nil {
		return nil, err
	}
	return renderer.Render(ctx, d, seal)
}

// newRenderer returns what draws PDFs with the fonts of a folder, which may be
// "". A folder is read at once, so that its mistakes show at the start.
func newRenderer(folder string) (store.Renderer, error) {
	load := sync.OnceValues(func() (*pdf.Renderer, error) {
		fonts, err := pdf.LoadFonts(folder)
		if err != nil {
			return nil, fmt.Errorf("%sFONTS: %w", config.Prefix, err)
		}
		return pdf.New(fonts), nil
	})
	if folder == "" {
		return lateRenderer(load), nil
	}
	return load()
}
