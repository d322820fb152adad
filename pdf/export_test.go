package pdf

import (
	"context"

	"github.com/go-text/typesetting/font"
)

// RenderArchive1 draws for PDF/A-1, the part that a free validator knows.
func (r *Renderer) RenderArchive1(ctx context.Context, d *Document, s *Seal) ([]byte, error) {
	return r.render(ctx, d, s, 1)
}

// OnlyFace returns fonts of a single face.
func OnlyFace(file []byte) (*Fonts, error) {
	f, err := parseFace(file, true)
	if err != nil {
		return nil, err
	}
	one := [2][]*face{{f}, {f}}
	return &Fonts{faces: one, builtin: one, of: map[*font.Font]*face{f.font: f}}, nil
}

// ShapingFont returns what a file is shaped by.
func ShapingFont(file []byte) (*font.Font, error) {
	f, err := parseFace(file, false)
	if err != nil {
		return nil, err
	}
	return f.font, nil
}
