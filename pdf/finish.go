package pdf

import (
	"bytes"
	"context"
	"fmt"
)

// A finisher rewrites what gofpdf drew into the final file. gofpdf's own
// header, metadata and attachments meet no archive standard, and its fonts are
// not used, so everything but pages and images is written anew.
type finisher struct {
	w        *writer
	drawn    *drawn
	text     *typesetter
	document *node
	meta     metadata
	files    []File
	seal     *Seal // nil leaves the file unsealed

	signature, field, form int // object numbers of the seal, 0 without one
	top                    int // of the document element
}

// finish returns the final file, sealed if there is a seal.
func (f *finisher) finish(ctx context.Context) ([]byte, error) {
	out := rooms.Get().(*bytes.Buffer)
	defer rooms.Put(out)
	out.Reset()
	f.w = &writer{out: out, offsets: make([]int, len(f.drawn.objects)), packed: f.meta.part != 1}
	f.header()
	f.resources()
	if f.seal != nil {
		f.signature, f.field, f.form = f.w.next(), f.w.next(), f.w.next()
	}
	tree, top := writeStructure(f.w, f.document, f.drawn.pages, f.form)
	f.top = top
	done, err := f.pages()
	if err != nil {
		return nil, err
	}
	if err := f.images(done); err != nil {
		return nil, err
	}
	f.w.putPlain(f.drawn.root, f.catalog(tree))
	f.w.putPlain(f.drawn.info, f.meta.info())
	var gap gap
	if f.seal != nil {
		f.putField()
		gap = f.putSignature()
	}
	// The file identifier stands for the content, so it is a hash of it.
	id := hash(f.w.out.Bytes())[:16]
	f.w.finish(fmt.Sprintf("/Root %d 0 R/Info %d 0 R/ID[<%x><%x>]", f.drawn.root, f.drawn.info, id, id))
	file := bytes.Clone(out.Bytes())
	if f.seal == nil {
		return file, nil
	}
	return file, f.seal.close(ctx, file, gap)
}

// header names the version, then marks the file as binary for transports.
func (f *finisher) header() {
	version := "1.7"
	if f.meta.part == 1 {
		version = "1.4"
	}
	f.w.out.WriteString("%PDF-" + version + "\n%\xe2\xe3\xcf\xd3\n")
}

func (f *finisher) resources() {
	fonts := f.text.writeFonts(f.w)
	dict := bytes.Replace(f.drawn.dict(resources), []byte("/Font <<"), append([]byte("/Font <<"), fonts...), 1)
	f.w.put(resources, dict)
	f.w.put(pageTree, f.drawn.dict(pageTree))
}

// pages writes the pages and their compressed contents, and returns the
// numbers of all objects that are taken care of.
func (f *finisher) pages() (done map[int]bool, err error) {
	done = map[int]bool{pageTree: true, resources: true, f.drawn.root: true, f.drawn.info: true}
	for i, page := range f.drawn.pages {
		content, operators, err := f.drawn.content(page)
		if err != nil {
			return nil, err
		}
		f.w.putStream(content, "", operators)
		entries := fmt.Sprintf("/Tabs/S/StructParents %d", i)
		if i == 0 && f.seal != nil {
			entries += "/Annots[" + ref(f.field) + "]"
		}
		f.w.put(page, extend(f.drawn.dict(page), entries))
		done[page], done[content] = true, true
	}
	return done, nil
}

// extend puts entries at the end of a dictionary.
func extend(dict []byte, entries string) []byte {
	return append(append(bytes.Clone(dict[:len(dict)-2]), entries...), ">>"...)
}

// images copies the objects that are left: pictures, compressed already.
func (f *finisher) images(done map[int]bool) error {
	for n := 1; n < len(f.drawn.objects); n++ {
		if done[n] {
			continue
		}
		dict, content, ok := f.drawn.stream(n)
		if !ok {
			return errNotDrawn
		}
		entries := lengthEntry().ReplaceAll(dict, nil)
		entries = bytes.TrimSuffix(bytes.TrimPrefix(bytes.TrimSpace(entries), []byte("<<")), []byte(">>"))
		f.w.putRawStream(n, string(entries), content)
	}
	return nil
}

func (f *finisher) catalog(tree int) []byte {
	xmp := f.w.next()
	f.w.putRawStream(xmp, "/Type/Metadata/Subtype/XML", f.meta.xmp()) // archives want it readable
	icc := f.w.next()
	f.w.putRawStream(icc, "/N 3/Filter/FlateDecode", srgb())
	b := fmt.Appendf(nil, "<</Type/Catalog/Pages %d 0 R/Lang%s/Metadata %d 0 R", pageTree, textString(f.meta.language), xmp)
	b = fmt.Appendf(b, "/OutputIntents[<</Type/OutputIntent/S/GTS_PDFA1/OutputConditionIdentifier(sRGB)/Info(sRGB)/DestOutputProfile %d 0 R>>]", icc)
	b = fmt.Appendf(b, "/ViewerPreferences<</DisplayDocTitle true>>/MarkInfo<</Marked true>>/StructTreeRoot %d 0 R", tree)
	if f.meta.part != 1 { // PDF/A-1 forbids attachments
		b = f.appendFiles(b)
	}
	if f.seal != nil {
		b = f.appendSealEntries(b)
	}
	return append(b, ">>"...)
}

// appendFiles adds the attachments as the source of the document (PDF/A-3,
// AFRelationship). Their objects are plain so that Verify can read them.
func (f *finisher) appendFiles(b []byte) []byte {
	if len(f.files) == 0 {
		return b
	}
	var names, associated []byte
	for _, file := range f.files {
		name := textString(clean(file.Name))
		content := f.w.addStream(fmt.Sprintf("/Type/EmbeddedFile/Subtype/%s/Params<</Size %d/ModDate%s>>",
			nameToken(file.Type), len(file.Bytes), dateString(f.meta.created)), file.Bytes)
		spec := f.w.next()
		f.w.putPlain(spec, fmt.Appendf(nil, "<</Type/Filespec/F%s/UF%s/AFRelationship/Source/Desc%s/EF<</F %d 0 R/UF %d 0 R>>>>",
			name, name, textString(clean(file.Description)), content, content))
		names = fmt.Appendf(names, "%s %d 0 R", name, spec)
		associated = fmt.Appendf(associated, "%d 0 R ", spec)
	}
	return fmt.Appendf(b, "/Names<</EmbeddedFiles<</Names[%s]>>>>/AF[%s]", names, associated)
}
