// Package pdf owns paper: it draws a completed document as an accessible,
// archivable PDF, seals it, and checks such seals.
//
// It takes everything it draws as an argument. It reads no clock, no database
// and no network of its own, so the same Document always gives the same pages;
// only the seal's signature differs from one rendering to the next. It is the
// only package that imports gofpdf, and uses it for pages, lines, rectangles,
// curves and images alone: text is shaped, measured and embedded here, because
// gofpdf's own text layer panics on emoji, races on shared fonts and cannot
// shape Arabic, Hebrew or Indic scripts.
//
// The road of a document: Render lays it out with a pen (pen.go), the finisher
// rewrites gofpdf's bytes once into the final file with fonts, tags, metadata,
// attachments and room for the seal (finish.go), and the seal signs every byte
// but its own (seal.go). Verify walks it backwards.
package pdf

import (
	"time"

	"github.com/sealform/sealform/forms"
)

// A Document is all that one sealed PDF shows. Texts may hold anything a
// person can paste: broken UTF-8, controls and text-direction overrides are
// made harmless when drawn, and kept as they are in the attachments.
type Document struct {
	Title    string // of the template, as the client saw it
	Language string // BCP 47; "en" when empty
	Country  string // of the practice, ISO 3166-1 alpha-2: how days and times are written
	Letter   bool   // US Letter paper; A4 otherwise

	Practice Party
	Logo     []byte // PNG or JPEG; left out when it cannot be drawn
	Color    string // of headings, as #rrggbb; darkened where white paper asks for it

	ID       string // of the document
	Template string // name of the template
	Version  string // of the template
	SHA256   string // of the template's canonical form, hex

	Client    string // full name
	Reference string // the practice's own, may be empty

	Entries []forms.Entry // what was asked and answered, in page order
	Pages   []string      // titles of the form's pages, by forms.Entry.Page

	Signature *Signature // nil when nothing was signed

	At       time.Time      // when it was signed or completed
	Zone     *time.Location // of the practice; nil for UTC
	Timeline []Event        // link sent, unlocked, signed

	Address, Browser string // of the signer, as the service saw them

	ChainHead string // head of the practice's audit chain before this document, hex
	ChainSeq  int64  // its sequence number

	Photos      []Photo
	Attachments []File // answers.json, bundle.json: the machine-readable answers

	// Plain draws the simplest layout that still holds everything that was
	// asked, answered and agreed: no shaping, no table, no photos. It is there
	// for the day the full layout fails, so that a fault in drawing cannot
	// keep anyone from signing.
	Plain bool
}

// A Party is a practice as it introduces itself on paper.
type Party struct {
	Name, Address, Phone, Email string
}

// A Signature is what the signer did, in the words they saw.
type Signature struct {
	Statement    string // the exact words agreed to
	Name         string // of the signer
	Role         string // self, parent or guardian, representative
	Relationship string // to the client
	Authority    string // to sign for the client
	Method       string // "drawn" or "typed"
	Strokes      []Stroke
	Notice       string // version of the electronic-signing notice shown
	Initials     string
	Witness      string // who saw it signed; may be empty

	WitnessStrokes []Stroke // none when the witness only typed
}

// The box in which strokes were drawn; points outside it are clamped.
const (
	StrokeWidth  = 1000
	StrokeHeight = 300
)

// A Stroke is one movement of the pen, from touch to lift.
type Stroke []Point

// A Point lies in a box of StrokeWidth by StrokeHeight, from the top left.
type Point struct{ X, Y float64 }

// Strokes returns a drawing as the rest of the program keeps it.
func Strokes(points [][][2]int) []Stroke {
	var out []Stroke
	for _, stroke := range points {
		var s Stroke
		for _, p := range stroke {
			s = append(s, Point{float64(p[0]), float64(p[1])})
		}
		out = append(out, s)
	}
	return out
}

// An Event is one line of the timeline on the certificate page.
type Event struct {
	Label  string // Link sent, Unlocked, Signed
	At     time.Time
	Detail string // channel, address; may be empty
}

// A Photo is one uploaded picture.
type Photo struct {
	Caption string
	JPEG    []byte
}

// A File travels inside the PDF, byte for byte.
type File struct {
	Name        string
	Type        string // media type
	Description string
	Bytes       []byte
}
