package instances_test

import (
	"github.com/sealform/sealform/internal/store"
	"github.com/sealform/sealform/pdf"
)

// genuine checks that the signed PDF opens for the practice and is whole.
func (s *site) genuine(issued *store.Issued) {
	s.t.Helper()
	file, _, err := s.store.PDF(s.t.Context(), s.director, issued.ID)
	if err != nil {
		s.t.Errorf("the PDF of %s: %v", issued.ID, err)
		return
	}
	if r := pdf.Verify(file, s.store.Roots()); !r.Genuine {
		s.t.Errorf("the PDF of %s is not genuine: %v", issued.ID, r.Problems)
	}
}
