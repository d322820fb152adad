package views_test

import (
	"testing"

	"github.com/sealform/sealform/views"
)

func TestEveryPagePrints(t *testing.T) {
	if _, err := views.New(); err != nil {
		t.Fatal(err)
	}
}
