package fhir

import (
	"bytes"
	"encoding/json"
)

// lines returns the lines, from 1, on which items say their linkId: the place
// to look at in a file that somebody else's program wrote.
func lines(src []byte) map[string][]int {
	out := map[string][]int{}
	d := json.NewDecoder(bytes.NewReader(src))
	line, upTo := 1, int64(0)
	named := false // the token before was the key
	for {
		token, err := d.Token()
		if err != nil {
			return out
		}
		s, is := token.(string)
		if named && is {
			line += bytes.Count(src[upTo:d.InputOffset()], []byte("\n"))
			upTo = d.InputOffset()
			out[s] = append(out[s], line)
		}
		named = is && s == "linkId" && !named
	}
}

// placed gives problems the lines of their items. A linkId that stands twice is
// a problem where it stands the second time.
func (all Problems) placed(src []byte) Problems {
	at := lines(bytes.TrimPrefix(src, []byte("\ufeff")))
	for i := range all {
		p := &all[i]
		if found := at[p.Item]; len(found) > 0 && p.Item != "" {
			p.Line = found[0]
			if p.Name == DuplicateLinkID && len(found) > 1 {
				p.Line = found[1]
			}
		}
	}
	return all
}
