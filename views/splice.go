package views

import (
	"slices"
	"strconv"
	"strings"

	"github.com/sealform/sealform/forms"
)

// A splice writes one page of one state.
type splice struct {
	template *forms.Template
	page     int // its number
	state    FormState
	dst      []byte
	rows     []row  // around the place being written, outermost first
	listed   string // the line of the list being written
	id       string // and the control it links to, or the file it shows
	scratch  []byte // for names of controls in rows

	gzip   bool
	stored int // where the open stored block's bytes begin in dst
	check  *check
}

type row struct {
	key    string
	number int
}

func (s *splice) nodes(nodes []node) {
	for i := range nodes {
		s.node(&nodes[i])
	}
}

func (s *splice) node(n *node) {
	switch n.op {
	case opLiteral:
		s.literal(n)
	case opRows:
		s.eachRow(n)
	case opFiles:
		for _, a := range s.state.Inputs.FilesAt(string(s.control(n.path))) {
			s.listed, s.id = fileLine(a), a.ID
			s.nodes(n.bodies[0])
		}
	case opProblems:
		for i := range s.state.Problems {
			s.listed, s.id = s.state.Problems[i].Text, s.state.Problems[i].Control
			s.nodes(n.bodies[0])
		}
	case opChanged:
		for _, label := range s.state.Changed {
			s.listed = label
			s.nodes(n.bodies[0])
		}
	case opRun:
		s.run(n)
	case opChoose:
		s.nodes(n.bodies[1+slices.Index(n.codes, s.value(n.path))])
	case opProblemAt, opAnyProblem, opAnyNotice, opShown, opCanAdd, opCanDrop, opTicked, opAlert, opAlerted, opHasRoom:
		if s.holds(n) {
			s.nodes(n.bodies[0])
		} else {
			s.nodes(n.bodies[1])
		}
	default:
		s.hole(n)
	}
}

func (s *splice) eachRow(n *node) {
	path := string(s.control(n.path))
	for i, key := range s.template.Rows(s.state.Inputs, path) {
		s.rows = append(s.rows, row{key, i + 1})
		s.nodes(n.bodies[0])
		s.rows = s.rows[:len(s.rows)-1]
	}
}

func (s *splice) hole(n *node) {
	switch n.op {
	case opValue:
		s.dst = appendEscaped(s.dst, s.value(n.path))
	case opProblemText:
		if p := problemAt(s.state.Problems, string(s.control(n.path))); p != nil {
			s.dst = appendEscaped(s.dst, p.Text)
		}
	case opRevision:
		s.dst = strconv.AppendInt(s.dst, s.state.Revision, 10)
	case opNotice:
		s.dst = appendEscaped(s.dst, s.state.Notice)
	case opRowKey:
		s.dst = appendEscaped(s.dst, s.rows[n.depth].key)
	case opRowNumber:
		s.dst = strconv.AppendInt(s.dst, int64(s.rows[n.depth].number), 10)
	case opListed:
		s.dst = appendEscaped(s.dst, s.listed)
	case opListedID:
		s.dst = appendEscaped(s.dst, ID(s.id))
	case opFileID:
		s.dst = appendEscaped(s.dst, s.id)
	case opFocus:
		if s.state.Focus != "" && s.state.Focus == string(s.control(n.path)) {
			s.dst = append(s.dst, focusAttr...)
		}
	}
	s.wrote()
}

const focusAttr = " autofocus"

func (s *splice) holds(n *node) bool {
	switch n.op {
	case opAnyProblem:
		return len(s.state.Problems) > 0
	case opAnyNotice:
		return s.state.Notice != "" || len(s.state.Changed) > 0
	case opProblemAt:
		return len(s.state.Problems) > 0 && problemAt(s.state.Problems, string(s.control(n.path))) != nil
	case opShown:
		return len(s.state.Hidden) == 0 || !slices.Contains(s.state.Hidden, string(s.control(n.path)))
	case opTicked:
		return slices.Contains(s.state.Inputs[string(s.control(n.path))], n.codes[0])
	case opAlert:
		return slices.Contains(s.state.Alerts, string(s.control(n.path)))
	case opAlerted:
		return s.alertedElsewhere()
	case opHasRoom:
		return hasRoom(s.template, s.state.Inputs, string(s.control(n.path)))
	case opCanAdd, opCanDrop:
		return canChange(n.op, s.template, s.state.Inputs, string(s.control(n.path)))
	}
	return false
}

// alertedElsewhere reports whether an answer of another page raises an alert.
func (s *splice) alertedElsewhere() bool {
	return slices.ContainsFunc(s.state.Alerts, func(path string) bool {
		it := s.template.Item(path[strings.LastIndexByte(path, ':')+1:])
		return it != nil && it.Page() != s.page
	})
}

// canChange reports whether the repeating group at path has room for another
// row, or a row to spare.
func canChange(what op, t *forms.Template, in forms.Inputs, path string) bool {
	group := t.Item(path[strings.LastIndexByte(path, ':')+1:])
	rows := len(t.Rows(in, path))
	if what == opCanAdd {
		return rows < group.MaxTimes
	}
	return rows > max(1, group.MinTimes)
}

// problemAt returns the first problem of the item at path: its control's name is
// the path, or the path and a part.
func problemAt(problems []forms.Problem, path string) *forms.Problem {
	for i := range problems {
		rest, ok := strings.CutPrefix(problems[i].Control, path)
		if ok && (rest == "" || rest[0] == '@') {
			return &problems[i]
		}
	}
	return nil
}

// value returns what was typed in a control.
func (s *splice) value(n name) string {
	var typed []string
	if len(n) == 1 {
		typed = s.state.Inputs[n[0]]
	} else {
		typed = s.state.Inputs[string(s.control(n))] // looked up without a copy
	}
	if len(typed) == 0 {
		return ""
	}
	return typed[0]
}

// control returns a name with the keys of the present rows, until the next call.
func (s *splice) control(n name) []byte {
	s.scratch = append(s.scratch[:0], n[0]...)
	for i, piece := range n[1:] {
		s.scratch = append(s.scratch, s.rows[i].key...)
		s.scratch = append(s.scratch, piece...)
	}
	return s.scratch
}

// appendEscaped writes text as html/template does between tags, in a quoted
// attribute and in a textarea: the three have the same table.
func appendEscaped(dst []byte, text string) []byte {
	last := 0
	for i := range len(text) {
		var escaped string
		switch text[i] {
		case 0:
			escaped = "\uFFFD"
		case '"':
			escaped = "&#34;"
		case '&':
			escaped = "&amp;"
		case '\'':
			escaped = "&#39;"
		case '+':
			escaped = "&#43;"
		case '<':
			escaped = "&lt;"
		case '>':
			escaped = "&gt;"
		default:
			continue
		}
		dst = append(dst, text[last:i]...)
		dst = append(dst, escaped...)
		last = i + 1
	}
	return append(dst, text[last:]...)
}
