package store

import (
	"encoding/binary"
	"errors"
	"maps"
	"slices"

	"github.com/sealform/sealform/forms"
)

// An entry is one former or present value of a control.
type entry struct {
	Revision int64
	Values   []string
}

// draftFormat begins a draft as it is sealed. Then, for each control, its name,
// the number of its entries, and each entry's revision and values, oldest first:
// the newest is its value. A control that never changed has no entries, and one
// list of values. Numbers are varints, texts and lists follow their length.
const draftFormat = 1

func encodeDraft(in forms.Inputs, history map[string][]entry) []byte {
	out := []byte{draftFormat}
	for _, control := range slices.Sorted(maps.Keys(in)) {
		if len(history[control]) == 0 {
			out = appendText(out, control)
			out = binary.AppendUvarint(out, 0)
			out = appendTexts(out, in[control])
		}
	}
	for _, control := range slices.Sorted(maps.Keys(history)) {
		out = appendText(out, control)
		out = binary.AppendUvarint(out, uint64(len(history[control])))
		for _, e := range history[control] {
			out = binary.AppendUvarint(out, uint64(e.Revision))
			out = appendTexts(out, e.Values)
		}
	}
	return out
}

func appendText(out []byte, text string) []byte {
	return append(binary.AppendUvarint(out, uint64(len(text))), text...)
}

func appendTexts(out []byte, texts []string) []byte {
	out = binary.AppendUvarint(out, uint64(len(texts)))
	for _, text := range texts {
		out = appendText(out, text)
	}
	return out
}

var errDraftBody = errors.New("not a draft")

// decodeInputs returns the value of every control.
func decodeInputs(body string) (forms.Inputs, error) {
	in := forms.Inputs{}
	err := eachControl(body, func(control string, _ int64, values []string, last bool) {
		if last && len(values) > 0 {
			in[control] = values
		}
	})
	return in, err
}

// decodeHistory returns the entries of every control that changed.
func decodeHistory(body string) (map[string][]entry, error) {
	history := map[string][]entry{}
	err := eachControl(body, func(control string, revision int64, values []string, _ bool) {
		if revision >= 0 {
			history[control] = append(history[control], entry{revision, values})
		}
	})
	return history, err
}

// eachControl calls fn for every entry, with whether it is the control's last;
// for a control that never changed once, with revision -1.
func eachControl(body string, fn func(control string, revision int64, values []string, last bool)) error {
	r := bodyReader{rest: body}
	if r.number() != draftFormat {
		return errDraftBody
	}
	for r.rest != "" && !r.bad {
		control, entries := r.text(), r.number()
		if entries == 0 {
			fn(control, -1, r.texts(), true)
		}
		for i := range entries {
			if r.bad {
				break
			}
			revision := int64(r.number())
			fn(control, revision, r.texts(), i == entries-1)
		}
	}
	if r.bad {
		return errDraftBody
	}
	return nil
}

// A bodyReader reads a body from its start. What it returns shares the body's
// memory. After the first mistake it returns nothing.
type bodyReader struct {
	rest string
	bad  bool
}

func (r *bodyReader) number() uint64 {
	var n uint64
	for i := 0; i < len(r.rest) && i < binary.MaxVarintLen64; i++ {
		n |= uint64(r.rest[i]&0x7f) << (7 * i)
		if r.rest[i] < 0x80 {
			r.rest = r.rest[i+1:]
			return n
		}
	}
	r.rest, r.bad = "", true
	return 0
}

func (r *bodyReader) text() string {
	n := r.number()
	if n > uint64(len(r.rest)) {
		r.rest, r.bad = "", true
		return ""
	}
	text := r.rest[:n]
	r.rest = r.rest[n:]
	return text
}

func (r *bodyReader) texts() []string {
	n := r.number()
	if n > uint64(len(r.rest)) { // each takes a byte at least
		r.rest, r.bad = "", true
		return nil
	}
	if n == 0 {
		return nil
	}
	texts := make([]string, n)
	for i := range texts {
		texts[i] = r.text()
	}
	return texts
}
