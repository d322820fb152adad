package forms_test

import (
	"reflect"
	"strings"
	"testing"

	"github.com/sealform/sealform/forms"
)

const signatures = `
- {id: me, type: file, field: signature, required: true}
- {id: mum, type: file, field: signature, signer: guardian}
- {id: seen, type: file, field: signature, signer: witness}`

func TestSignaturesAreRead(t *testing.T) {
	tpl := parse(t, signatures)
	const drawn = "[[[1,2],[3,4]],[[5,6]]]"
	r := tpl.Read(forms.Inputs{
		"me": {" Robin  Reed "}, "me@strokes": {drawn},
		"mum": {"Maria Reed"}, "mum@relationship": {"mother"}, "mum@authority": {"parental responsibility"},
		"seen": {"Kim Lee"},
	}, today)
	if len(r.Problems) > 0 {
		t.Fatal(r.Problems)
	}
	strokes := [][][2]int{{{1, 2}, {3, 4}}, {{5, 6}}}
	want := forms.Answers{
		"me":   map[string]any{"name": "Robin Reed", "strokes": strokes},
		"mum":  map[string]any{"name": "Maria Reed", "relationship": "mother", "authority": "parental responsibility"},
		"seen": map[string]any{"name": "Kim Lee"},
	}
	if !reflect.DeepEqual(r.Answers, want) {
		t.Errorf("answers %v", r.Answers)
	}
	if e := r.Entries[0]; e.Signed == nil || e.Signed.Path() != "M1 2L3 4M5 6h0" {
		t.Errorf("the drawing is %+v", e.Signed)
	}
	if got := r.Entries[1].Text; got != "Maria Reed, mother (parental responsibility)" {
		t.Errorf("the guardian reads %q", got)
	}
}

func TestSignaturesThatAreNone(t *testing.T) {
	tpl := parse(t, signatures)
	for _, tt := range []struct {
		in            forms.Inputs
		control, says string
	}{
		{nil, "me", "Sign under"},
		{forms.Inputs{"me@strokes": {"[[[1,2]]]"}}, "me", "Type the full name"},
		{forms.Inputs{"me": {"Robin"}, "me@strokes": {"[[[1,2000]]]"}}, "me", "Draw the signature again"},
		{forms.Inputs{"me": {"Robin"}, "me@strokes": {"scribble"}}, "me", "Draw the signature again"},
		{forms.Inputs{"me": {strings.Repeat("é", 201)}}, "me", "200 characters or fewer"},
		{forms.Inputs{"me": {"Robin"}, "mum": {"Maria"}}, "mum@relationship", "relationship"},
		{forms.Inputs{"me": {"Robin"}, "mum": {"Maria"}, "mum@relationship": {"mother"}}, "mum@authority", "what allows you to sign"},
		{forms.Inputs{"me": {"Robin"}, "mum@relationship": {"mother"}}, "mum", "Type the full name"},
		{forms.Inputs{"me": {"Robin Reed"}, "seen": {"robin reed"}}, "seen", "somebody who has not signed"},
	} {
		r := tpl.Read(tt.in, today)
		if len(r.Problems) != 1 || r.Problems[0].Control != tt.control || !strings.Contains(r.Problems[0].Text, tt.says) {
			t.Errorf("%v: %+v", tt.in, r.Problems)
		}
	}
}
