package pdf

import "context"

// RenderArchive1 draws for PDF/A-1, the part that a free validator knows.
func (r *Renderer) RenderArchive1(ctx context.Context, d *Document, s *Seal) ([]byte, error) {
	return r.render(ctx, d, s, 1)
}
