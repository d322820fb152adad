package views

import (
	"html/template"
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

// HasFiles reports whether the page asks for files.
func (s *sheet) HasFiles() bool { return s.template.AsksFiles(s.Index) }

func fileLine(a forms.Attachment) string { return a.Name + " (" + a.SizeText() + ")" }

// hasRoom reports whether the file item at path can take another file.
func hasRoom(t *forms.Template, in forms.Inputs, path string) bool {
	return len(in.FilesAt(path)) < t.Item(path[strings.LastIndexByte(path, ':')+1:]).MaxTimes
}
