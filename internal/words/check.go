package words

import (
	"fmt"
	"slices"
	"strings"

	"github.com/sealform/sealform/internal/lazyregexp"
)

var blank = lazyregexp.New(`%(\[\d+\])?[sd]`)

// Faults returns what is wrong with a table: a cell that is empty, or whose
// blanks are not those of the English. Each owner of a table tests it.
func (t *Table) Faults() []string {
	var faults []string
	for key, row := range t.rows() {
		want := blanks(key)
		for i, cell := range row {
			for form := range strings.SplitSeq(cell, between) {
				if form == "" {
					faults = append(faults, fmt.Sprintf("%q is empty in %s", key, Languages[i]))
				}
				if got := blanks(form); !slices.Equal(got, want) && !strings.Contains(form, "%[") {
					faults = append(faults, fmt.Sprintf("%q has the blanks %v in %s, not %v", key, got, Languages[i], want))
				}
			}
		}
	}
	slices.Sort(faults)
	return faults
}

func blanks(s string) []string { return blank().FindAllString(s, -1) }

// Keys returns what the table can be asked for.
func (t *Table) Keys() []string {
	var keys []string
	for key := range t.rows() {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}
