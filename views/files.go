package views

import (
	"fmt"
	"html/template"
	"slices"
	"strings"

	"github.com/sealform/sealform/forms"
)

// Files prints the files that were sent, each with a button to remove it.
func (f field) Files() (template.HTML, error) {
	return printed(f.sheet.ink.each(opFiles, f.Path, func(string, string) (string, error) { return f.sheet.print("form/file", f) }))
}

// FileLine is the name and size of the file being printed.
func (f field) FileLine() string { return f.sheet.ink.text(opListed, "") }

// FileID is the id of the file being printed.
func (f field) FileID() string { return f.sheet.ink.text(opFileID, "") }

// Chooser prints the control that takes another file while there is room.
func (f field) Chooser() (template.HTML, error) {
	return printed(f.sheet.ink.either(opHasRoom, f.Path, "",
		func() (string, error) { return f.sheet.print("form/choose", f) },
		func() (string, error) { return f.sheet.print("form/full", f) }))
}

// Accept lists the types for the browser. It leaves HEIC out, so that iPhones
// turn their photos into JPEG before they send them.
func (f field) Accept() string { return strings.Join(f.Item.Accept, ",") }

// Camera reports whether a phone opens its camera at once.
func (f field) Camera() bool { return f.Item.Control == "photo" }

// fileLimits says what can be sent, after the hint.
func (f field) fileLimits() string {
	photo := slices.ContainsFunc(f.Item.Accept, func(s string) bool { return strings.HasPrefix(s, "image/") })
	what := "Photo or PDF"
	switch {
	case !photo:
		what = "PDF"
	case !f.Item.Accepts("application/pdf"):
		what = "Photo"
	}
	if f.Item.MaxTimes > 1 {
		return fmt.Sprintf("%s, up to %s each, no more than %d files.", what, MostText(f.Item), f.Item.MaxTimes)
	}
	return fmt.Sprintf("%s, up to %s.", what, MostText(f.Item))
}

// MostText is the most bytes of one file of the item, as people read it.
func MostText(it *forms.Item) string {
	return strings.Replace(forms.Attachment{Size: it.MaxBytes}.SizeText(), ".0 ", " ", 1)
}

// TooLarge is what to do about a file that is too large for the item.
func TooLarge(it *forms.Item) string {
	advice := "Choose a smaller one, or take a photo of it with an ordinary setting of the camera."
	if !it.Accepts("image/jpeg") {
		advice = "Save it with fewer pages or a lower resolution."
	}
	return "A file can have " + MostText(it) + " here. " + advice
}

// TooLargeText is TooLarge, for the script.
func (f field) TooLargeText() string { return TooLarge(f.Item) }

// HasFiles reports whether the page asks for files.
func (s *sheet) HasFiles() bool { return s.template.AsksFiles(s.Index) }

func fileLine(a forms.Attachment) string { return a.Name + " (" + a.SizeText() + ")" }

// hasRoom reports whether the file item at path can take another file.
func hasRoom(t *forms.Template, in forms.Inputs, path string) bool {
	return len(in.FilesAt(path)) < t.Item(path[strings.LastIndexByte(path, ':')+1:]).MaxTimes
}
