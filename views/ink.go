package views

import (
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
)

// An op says what a place of a page depends on.
type op uint8

const (
	opLiteral op = iota

	// Text holes.
	opValue       // what was typed in the control at path
	opProblemText // the problem at path
	opRevision
	opNotice
	opRowKey    // of the row at a depth; written in names and ids
	opRowNumber // of the innermost row, from 1
	opListed    // the line of the list being printed
	opListedID  // the same as the id of a control
	opFileID    // of the file being printed
	opFocus     // autofocus, when the control at path is to have it

	// Conditions.
	opProblemAt
	opAnyProblem
	opAnyNotice
	opShown   // the item at path is not hidden
	opCanAdd  // the repeating group at path has room
	opCanDrop // it has more rows than it must
	opTicked  // the control at path has the value code
	opAlert   // the item at path raises its alert
	opAlerted // an item of another page does
	opHasRoom // the file item at path can take another file

	// Lists.
	opRows
	opFiles // of the file item at path
	opProblems
	opChanged

	// One of several bodies, by the value of the control at path.
	opChoose

	// Neighbours that are written as one while none of them has an answer.
	opRun
)

// An ink writes what depends on a state into a page that html/template prints.
// Marks is the one that compiles pages; the tests have another that writes the
// state itself, to which spliced pages are compared byte by byte.
type ink interface {
	// text writes a hole.
	text(what op, path string) string
	// either writes yes or no.
	either(what op, path, code string, yes, no printer) (string, error)
	// each writes one body per row or line. The body gets the row's key and
	// its number as they are to be written.
	each(what op, path string, one func(key, number string) (string, error)) (string, error)
	// choose writes the body of the code that the control at path has, or of -1.
	choose(path string, codes []string, one func(chosen int) (string, error)) (string, error)
}

type printer func() (string, error)

func nothing() (string, error) { return "", nil }

// Marks writes words of letters and digits in place of everything a state
// decides. They pass through every escaper of html/template unchanged. A fresh
// random stem keeps them apart from any text of a template.
type marks struct {
	stem  string
	signs []sign
	depth int
}

// A sign is what a mark stands for.
type sign struct {
	op     op
	open   bool // the sign begins a body, closed by its twin
	close  bool
	path   name
	codes  []string
	depth  int
	number int // of the body, for either and choose
}

func newMarks() *marks {
	var b [8]byte
	_, _ = rand.Read(b[:]) // never fails: Go ends the program instead
	return &marks{stem: "q" + hex.EncodeToString(b[:])}
}

const signDigits = 5

func (m *marks) mark(s sign) string {
	m.signs = append(m.signs, s)
	return fmt.Sprintf("%s%0*d", m.stem, signDigits, len(m.signs)-1)
}

func (m *marks) text(what op, path string) string {
	return m.mark(sign{op: what, path: m.name(path), depth: m.depth})
}

func (m *marks) either(what op, path, code string, yes, no printer) (string, error) {
	s := sign{op: what, path: m.name(path), codes: []string{code}}
	return m.bodies(s, yes, no)
}

func (m *marks) each(what op, path string, one func(key, number string) (string, error)) (string, error) {
	s := sign{op: what, path: m.name(path)}
	return m.bodies(s, func() (string, error) {
		if what != opRows {
			return one("", "")
		}
		key := m.mark(sign{op: opRowKey, depth: m.depth})
		m.depth++
		defer func() { m.depth-- }()
		return one(key, m.mark(sign{op: opRowNumber, depth: m.depth - 1}))
	})
}

func (m *marks) choose(path string, codes []string, one func(int) (string, error)) (string, error) {
	s := sign{op: opChoose, path: m.name(path), codes: codes}
	var all []printer
	for i := range len(codes) + 1 {
		all = append(all, func() (string, error) { return one(i - 1) })
	}
	return m.bodies(s, all...)
}

// bodies writes each body between an opening and a closing mark.
func (m *marks) bodies(s sign, bodies ...printer) (string, error) {
	var out strings.Builder
	for i, body := range bodies {
		s.number, s.open, s.close = i, true, false
		out.WriteString(m.mark(s))
		text, err := body()
		if err != nil {
			return "", err
		}
		out.WriteString(text)
		s.open, s.close = false, true
		out.WriteString(m.mark(s))
	}
	return out.String(), nil
}

// A name is a control's name cut at the keys of its rows, from the outermost.
type name []string

func (m *marks) name(path string) name {
	var n name
	for {
		before, after, found := strings.Cut(path, m.stem)
		n = append(n, before)
		if !found {
			return n
		}
		path = after[signDigits:]
	}
}

// sign returns what the mark at the start of text stands for.
func (m *marks) sign(text string) (sign, error) {
	i, err := strconv.Atoi(text[:signDigits])
	if err != nil || i >= len(m.signs) {
		return sign{}, fmt.Errorf("a mark was changed on its way through html/template")
	}
	return m.signs[i], nil
}
