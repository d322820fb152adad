package fhir

import (
	"slices"

	"github.com/sealform/sealform/forms"
)

// The words of what is kept, besides FHIR's own JSON. A null element is one that
// the export would have and the original had not. Among extensions, standing
// names one of the export's own that goes there, dropped one to leave out, and
// bare a list that was empty.
const (
	standing = "ours"
	dropped  = "drop"
	bare     = "none"
)

// kept returns the difference that turns base, as it would be exported, into
// the original; "" when there is none.
func (x *exporter) kept(base, original object) string {
	diff := object{}
	for key, v := range original {
		switch b, both := base[key]; {
		case both && same(b, v):
		case key == "extension":
			diff[key] = keptList(objects(b), v.([]any))
		case key == "answerOption" && both:
			diff[key] = x.keptOptions(objects(b), objects(v))
		default:
			diff[key] = v
		}
	}
	for key, v := range base {
		if _, both := original[key]; both {
			continue
		}
		diff[key] = nil
		if key == "extension" {
			diff[key] = keptList(objects(v), nil)
		}
	}
	if len(diff) == 0 {
		return ""
	}
	if renderings(sub(original, "_text")) {
		diff["text"] = original["text"] // the words that the renderings are of
	}
	return encode(diff)
}

func renderings(text object) bool {
	return extension(text, xhtmlURL) != nil || extension(text, markdownURL) != nil
}

// reads reports whether a text is read in these words. Where it is empty its
// renderings are, and without any it says nothing.
func (r *reader) reads(text string, more object, words string) bool {
	if says := r.plain(text); says != "" || !renderings(more) {
		return says == "" || says == words
	}
	md := str(extension(more, markdownURL), "valueMarkdown")
	return slices.Contains([]string{r.plain(str(extension(more, xhtmlURL), "valueString")), r.plain(md), forms.PlainText(r.rich(md))}, words)
}

// current leaves out of what was kept the text that has changed since, and
// with it other renderings of the old one.
func (x *exporter) current(base, kept object) object {
	text, has := kept["text"].(string)
	if !has || x.r.reads(text, sub(kept, "_text"), x.r.plain(str(base, "text"))) {
		return kept
	}
	kept = without(kept, "text")
	if old := sub(kept, "_text"); renderings(old) {
		var list []any
		for _, e := range objects(old["extension"]) {
			if e["url"] != xhtmlURL && e["url"] != markdownURL {
				list = append(list, e)
			}
		}
		if delete(kept, "_text"); len(list) > 0 {
			kept["_text"] = object{"extension": list}
		}
	}
	return kept
}

// keptList compares extensions: those of base, in order, stand for the first of
// the same URL in the original.
func keptList(base []object, original []any) []any {
	out := []any{}
	for _, o := range objects(original) {
		b := take(&base, o["url"])
		if b != nil && same(b, o) {
			o = object{standing: o["url"]}
		}
		out = append(out, o)
	}
	for _, b := range base {
		out = append(out, object{dropped: b["url"]})
	}
	if original != nil && len(original) == 0 {
		out = append(out, object{bare: true})
	}
	return out
}

// take removes the first extension of the URL.
func take(list *[]object, url any) object {
	for i, e := range *list {
		if e["url"] == url {
			*list = append(append([]object{}, (*list)[:i]...), (*list)[i+1:]...)
			return e
		}
	}
	return nil
}

// keptOptions returns the options that are not as they would be exported; all
// of them, when codes alone do not tell them apart. Both lists have the same
// options in the same order.
func (x *exporter) keptOptions(base, original []object) []any {
	var out, all []any
	codes := map[string]bool{"": true}
	alike := false
	for i, o := range original {
		code := x.r.option(o).code
		alike, codes[code] = alike || codes[code], true
		if all = append(all, o); i >= len(base) || !same(base[i], o) {
			out = append(out, o)
		}
	}
	if alike {
		return all
	}
	return out
}

// overlay puts what was kept onto base, without what base now contradicts: the
// result must mean the same as base.
func (x *exporter) overlay(base, kept object, means func(object) []forms.Key) object {
	if kept = x.current(base, kept); len(kept) == 0 {
		return base
	}
	want := means(base)
	agrees := func(kept object) (object, bool) {
		out := x.merge(base, kept)
		return out, alike(means(out), want)
	}
	if out, ok := agrees(kept); ok {
		return out
	}
	for _, key := range sortedKeys(kept) {
		fewer := without(kept, key)
		if key == "extension" {
			fewer[key] = unknown(kept[key])
		}
		if out, ok := agrees(fewer); ok {
			return out
		}
	}
	return x.agreeing(base, kept, agrees)
}

// agreeing keeps one element after the other, as long as they agree.
func (x *exporter) agreeing(base, kept object, agrees func(object) (object, bool)) object {
	some, out := object{}, base
	for _, key := range sortedKeys(kept) {
		some[key] = kept[key]
		merged, ok := agrees(some)
		if !ok && key == "extension" {
			some[key] = unknown(kept[key])
			merged, ok = agrees(some)
		}
		if ok {
			out = merged
		} else {
			delete(some, key)
		}
	}
	return out
}

// unknown leaves out the extensions that forms have words for.
func unknown(list any) []any {
	out := []any{}
	for _, e := range objects(list) {
		if url, _ := e["url"].(string); e[dropped] == nil && (e[standing] != nil || !known[url]) {
			out = append(out, e)
		}
	}
	return out
}

var known = map[string]bool{
	ownForm: true, ownItem: true, itemControl: true, hiddenURL: true, unitURL: true, unitOption: true, minOccurs: true, maxOccurs: true,
	minValue: true, maxValue: true, minLength: true, regexURL: true, entryFormat: true, decimalPlaces: true, mimeType: true, maxSize: true, openLabel: true, calculated: true, signatureNeeded: true, shownBy: true, shortText: true,
}

func (x *exporter) merge(base, kept object) object {
	out := without(base, "")
	for key, v := range kept {
		switch {
		case key == "extension":
			list, empty := mergeList(objects(base[key]), objects(v))
			if out[key] = list; len(list) == 0 && !empty {
				delete(out, key)
			}
		case v == nil:
			delete(out, key)
		case key == "answerOption" && base[key] != nil:
			out[key] = x.mergeOptions(objects(base[key]), objects(v))
		default:
			out[key] = v
		}
	}
	return out
}

func mergeList(base, kept []object) (out []any, empty bool) {
	out = []any{}
	for _, e := range kept {
		switch {
		case e[dropped] != nil:
			take(&base, e[dropped])
		case e[bare] != nil:
			empty = true
		case e[standing] != nil:
			if b := take(&base, e[standing]); b != nil {
				out = append(out, b)
			}
		default:
			take(&base, e["url"])
			out = append(out, e)
		}
	}
	for _, b := range base {
		out = append(out, b)
	}
	return out, empty
}

// mergeOptions puts each kept option in place of the one that says the same.
func (x *exporter) mergeOptions(base, kept []object) []any {
	ours, theirs := x.listed(base), x.listed(kept)
	used := make([]bool, len(kept))
	out := []any{}
	for i, b := range base {
		for j := range kept {
			if !used[j] && sameOption(ours[i], theirs[j]) {
				b, used[j] = kept[j], true
				break
			}
		}
		out = append(out, b)
	}
	return out
}

func (x *exporter) listed(given []object) []option {
	var list []option
	for _, o := range given {
		list = append(list, x.r.option(o))
	}
	return distinct(list)
}

func sameOption(a, b option) bool {
	a.answer, b.answer = nil, nil
	return same(a, b)
}
