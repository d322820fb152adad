package forms

import (
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// Limits of the files of one document, which keep its sealed PDF of a size
// that can be sent on.
const (
	MaxFile  = 15_000_000 // bytes of one, as it is sent
	MaxFiles = 20
	MaxTotal = 20_000_000 // bytes of all, as they are kept
)

// An Attachment is one file of an answer. Whoever keeps the bytes writes it
// into the inputs by AddFile; what a browser claims in its place does not count.
type Attachment struct {
	ID     string `json:"id"` // where the bytes are
	Name   string `json:"name"`
	Type   string `json:"type"` // media type
	Size   int    `json:"size"` // in bytes
	SHA256 string `json:"sha256"`
}

func (a Attachment) String() string {
	b, err := json.Marshal(a)
	if err != nil {
		panic("internal error: an attachment is always JSON: " + err.Error())
	}
	return string(b)
}

func parseAttachment(s string) (a Attachment, ok bool) {
	return a, len(s) < 2000 && json.Unmarshal([]byte(s), &a) == nil && a.ID != "" && a.Name != "" && a.Size > 0
}

func parseAttachments(values []string) (files []Attachment) {
	for _, v := range values[:min(len(values), MaxFiles)] {
		if a, ok := parseAttachment(v); ok {
			files = append(files, a)
		}
	}
	return files
}

// SizeText is the size as people read it.
func (a Attachment) SizeText() string {
	if a.Size < 1_000_000 {
		return strconv.Itoa(max(1, (a.Size+500)/1000)) + " KB"
	}
	return strconv.FormatFloat(float64(a.Size)/1e6, 'f', 1, 64) + " MB"
}

var mediaTypes = []string{"image/jpeg", "image/png", "image/webp", "application/pdf"}

// fillFile gives a file item what its template left out.
func (it *Item) fillFile() {
	if len(it.Accept) == 0 {
		it.Accept = slices.Clone(mediaTypes)
		if it.Control == "photo" {
			it.Accept = it.Accept[:3:3]
		}
	}
	if it.MaxBytes == 0 {
		it.MaxBytes = MaxFile
	}
	it.MaxTimes = max(it.MaxTimes, it.MinTimes, 1)
	if it.Required {
		it.MinTimes = max(it.MinTimes, 1)
	}
}

func (p *parsing) accept(it *Item, n *node) {
	it.Accept = p.texts("accept", n)
	for _, kind := range it.Accept {
		if !slices.Contains(mediaTypes, kind) {
			p.fail(n.line, "accept: %s is no type of file that can be taken; use %s", kind, strings.Join(mediaTypes, ", "))
		}
	}
}

// FileHint says what can be sent.
func (it *Item) FileHint() string {
	kinds := "Photo or PDF, up to %s."
	switch photo := slices.ContainsFunc(it.Accept, isPhoto); {
	case !photo:
		kinds = "PDF, up to %s."
	case !it.Accepts("application/pdf"):
		kinds = "Photo, up to %s."
	}
	hint := it.say.Say(kinds, it.mostText())
	if it.MaxTimes > 1 {
		hint += " " + it.say.Say("No more than %d files.", it.MaxTimes)
	}
	return hint
}

func isPhoto(mediaType string) bool { return strings.HasPrefix(mediaType, "image/") }

// mostText is the most bytes of one file, as people read it.
func (it *Item) mostText() string {
	return strings.Replace(Attachment{Size: it.MaxBytes}.SizeText(), ".0 ", " ", 1)
}

// FileTooLarge says what to do about a file of more than MaxBytes.
func (it *Item) FileTooLarge() string {
	if slices.ContainsFunc(it.Accept, isPhoto) {
		return it.say.Say("A file can have %s here. Choose a smaller one, or take a photo of it.", it.mostText())
	}
	return it.say.Say("A file can have %s here. Save it with fewer pages or a lower resolution.", it.mostText())
}

// FileRefused says in the form's language why a file was not taken, from its
// English.
func (it *Item) FileRefused(sentence string) string { return it.say.Word(sentence) }

// Accepts reports whether a file item takes files of a media type.
func (it *Item) Accepts(mediaType string) bool { return slices.Contains(it.Accept, mediaType) }

// FileControls returns the names of the file controls of a page, given the rows
// in in.
func (t *Template) FileControls(page int, in Inputs) []string {
	if page < 0 || page >= len(t.pages) {
		return nil
	}
	return t.controlsIn(nil, t.pages[page].Items, in, "", true)
}

// AsksFiles reports whether a page has a file item, in a row or not.
func (t *Template) AsksFiles(page int) bool {
	return slices.ContainsFunc(t.order, func(it *Item) bool { return it.Kind == File && it.page == page })
}

// fileItem returns the file item at a path that exists, or nil.
func (t *Template) fileItem(in Inputs, path string) *Item {
	it := t.byID[path[strings.LastIndexByte(path, ':')+1:]]
	if it == nil || it.Kind != File || !slices.Contains(t.FileControls(it.page, in), path) {
		return nil
	}
	return it
}

// AddFile returns in with one more file at a path, or a sentence that says why
// there is no room for it. A file that is there already is not added again, so
// that sending it twice does no harm.
func (t *Template) AddFile(in Inputs, path string, a Attachment) (_ Inputs, refusal string) {
	it := t.fileItem(in, path)
	if it == nil {
		return in, sentences.In(t.Language).Word("There is no longer a question for this file. Choose it again.")
	}
	here, all := parseAttachments(in[path]), t.Attachments(in)
	if slices.ContainsFunc(here, func(b Attachment) bool { return b.SHA256 == a.SHA256 }) {
		return in, ""
	}
	total := a.Size
	for _, b := range all {
		total += b.Size
	}
	switch {
	case len(here) >= it.MaxTimes:
		return in, it.say.Say("There is room for %d files here. Remove one to send another.", it.MaxTimes)
	case len(all) >= MaxFiles:
		return in, it.say.Say("A form can hold %d files. Remove one to send another, or give the rest to the practice another way.", MaxFiles)
	case total > MaxTotal:
		return in, it.say.Say("All files of this form together can have %d MB. Remove one, or send a smaller one.", MaxTotal/1_000_000)
	}
	out := maps.Clone(in)
	if out == nil {
		out = Inputs{}
	}
	out[path] = append(slices.Clone(in[path]), a.String())
	return out, ""
}

// RemoveFile returns in without the file.
func (t *Template) RemoveFile(in Inputs, path, id string) Inputs {
	if t.fileItem(in, path) == nil {
		return in
	}
	out := maps.Clone(in)
	out[path] = slices.DeleteFunc(slices.Clone(in[path]), func(s string) bool {
		a, ok := parseAttachment(s)
		return !ok || a.ID == id
	})
	if len(out[path]) == 0 {
		delete(out, path)
	}
	return out
}

// FilesAt returns the files at a path.
func (in Inputs) FilesAt(path string) []Attachment { return parseAttachments(in[path]) }

// Attachments returns every file in the inputs, those of hidden items and of
// rows included, by the names of their controls.
func (t *Template) Attachments(in Inputs) []Attachment {
	var files []Attachment
	for _, path := range slices.Sorted(maps.Keys(in)) {
		if it := t.byID[path[strings.LastIndexByte(path, ':')+1:]]; it != nil && it.Kind == File {
			files = append(files, parseAttachments(in[path])...)
		}
	}
	return files
}

func (it *Item) readFiles(values []string) value {
	files := parseAttachments(values)
	if len(files) == 0 {
		return value{}
	}
	var names []string
	for _, a := range files {
		names = append(names, clean(a.Name, false)+" ("+a.SizeText()+")")
	}
	v := value{state: good, files: files, text: strings.Join(names, "; ")}
	switch n := len(files); {
	case n < it.MinTimes:
		v = it.broken(v.text, "", it.say.Say("Add at least %d files for %s", it.MinTimes, it.quoted()))
	case n > it.MaxTimes:
		v = it.broken(v.text, "", it.say.Say("Remove %d files for %s: there is room for %d", n-it.MaxTimes, it.quoted(), it.MaxTimes))
	}
	v.files = files
	return v
}

// attach numbers the files of one answer and returns it.
func (r *reading) attach(files []Attachment) []map[string]any {
	var answer []map[string]any
	for _, a := range files {
		r.out.Files = append(r.out.Files, a)
		answer = append(answer, map[string]any{"n": len(r.out.Files), "name": clean(a.Name, false), "type": a.Type, "size": a.Size, "sha256": a.SHA256})
	}
	return answer
}
