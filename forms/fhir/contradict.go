package fhir

import (
	"slices"
	"strings"

	"github.com/sealform/sealform/forms"
)

// contradiction names what an item says in FHIR and, differently, in our own
// extension, which counts before FHIR: somebody changed the one and not the
// other, and the form would ask something else than what they read. "" if
// nothing. made is the item as the form would export it.
func (r *reader) contradiction(made, given object, at place) string {
	if extension(given, ownItem) != nil {
		ours := r.standard(made, at).said()
		for _, k := range r.standard(given, at).said() {
			if !slices.ContainsFunc(ours, func(o forms.Key) bool { return sameKey(k, o) }) {
				return strings.TrimPrefix(k.Name, "group.")
			}
		}
	}
	if r.own {
		return differs(unread(made), unread(given))
	}
	return ""
}

// differs names something that both say and not alike.
func differs(made, given object) string {
	for _, what := range sortedKeys(made) {
		if said, both := given[what]; both && said != made[what] {
			return what
		}
	}
	return ""
}

// unread is what an export repeats in FHIR for other programs and Import takes
// from our own extensions alone.
func unread(o object) object {
	out := object{}
	if e := extension(o, calculated); e != nil {
		names := strings.FieldsFunc(str(sub(e, "valueExpression"), "expression"), func(c rune) bool { return strings.ContainsRune("()|,' ", c) })
		slices.Sort(names) // of questions, whichever comes first
		out["calculatedExpression"] = strings.Join(names, " ")
	}
	for _, c := range objects(sub(extension(o, signatureNeeded), "valueCodeableConcept")["coding"]) {
		out["signatureRequired"] = str(c, "code")
	}
	var countries []string
	for _, j := range objects(o["jurisdiction"]) {
		for _, c := range objects(j["coding"]) {
			countries = append(countries, str(c, "code"))
		}
	}
	if countries != nil {
		out["jurisdiction"] = strings.Join(countries, " ")
	}
	translations(out, "title", sub(o, "_title"))
	translations(out, "text", sub(o, "_text"))
	for _, option := range objects(o["answerOption"]) {
		c := coding(option)
		translations(out, "option "+str(c, "code"), sub(c, "_display"))
	}
	return out
}

// translations adds the texts of an element in other languages.
func translations(out object, what string, element object) {
	for _, e := range objects(element["extension"]) {
		language, content := "", ""
		for _, part := range objects(e["extension"]) {
			language += str(part, "valueCode")
			content += str(part, "valueString")
		}
		if e["url"] == translationURL {
			out["translation of "+what+" "+language] = content
		}
	}
}
