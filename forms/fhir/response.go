package fhir

import (
	"encoding/json"
	"strconv"
	"time"

	"github.com/sealform/sealform/forms"
)

// response makes the QuestionnaireResponse of a completed form.
func (d *Document) response() object {
	t := d.Response.Template
	a := newAnswers(t, d.Zone)
	a.at = d.instant()
	out := object{
		"resourceType": "QuestionnaireResponse", "id": d.ID.String(), "status": "completed",
		"questionnaire": canonicalURL(t), "language": t.Language,
		"identifier": urn(d.ID), "authored": d.At.UTC().Format(time.RFC3339),
		"subject": d.subject(), "author": d.signer(), "source": d.signer(),
	}
	if items := a.items(t.Items, d.Response.Answers); items != nil {
		out["item"] = items
	}
	return out
}

// canonicalURL is by what name and version others know the template.
func canonicalURL(t *forms.Template) string {
	kept := parse(t.FHIR)
	url, version := Base+"Questionnaire/"+t.Name, t.Version
	if foreign := str(kept, "url"); foreign != "" {
		url = foreign
	}
	if foreign := str(kept, "version"); foreign != "" && formVersion(foreign) == version {
		version = foreign
	}
	return url + "|" + version
}

// An answering turns answers into answer[x].
type answering struct {
	x    *exporter
	zone *time.Location
	at   string // when it was signed
}

func newAnswers(t *forms.Template, zone *time.Location) *answering {
	x := &exporter{t: t, r: &reader{sets: map[string]object{}}}
	for _, c := range objects(parse(t.FHIR)["contained"]) {
		x.r.sets[str(c, "id")] = c
	}
	if zone == nil {
		zone = time.UTC
	}
	return &answering{x: x, zone: zone}
}

// items returns what was answered of the items, in their order.
func (a *answering) items(items []*forms.Item, answers map[string]any) []any {
	var out []any
	for _, it := range items {
		rows, repeats := answers[it.ID].([]map[string]any)
		question, under := asked(it)
		switch {
		case question != it && it.Repeats:
			if o := a.repeated(question, under, rows); o != nil {
				out = append(out, o)
			}
		case question != it:
			if o := a.question(question, under, answers); o != nil {
				out = append(out, o)
			}
		case it.Repeats && repeats:
			for _, row := range rows {
				out = append(out, a.group(it, a.items(it.Items, row)))
			}
		case len(it.Items) > 0:
			if inner := a.items(it.Items, answers); inner != nil {
				out = append(out, a.group(it, inner))
			}
		default:
			if o := a.question(it, nil, answers); o != nil {
				out = append(out, o)
			}
		}
	}
	return out
}

func (a *answering) group(it *forms.Item, inner []any) object {
	o := named(it)
	if inner != nil {
		o["item"] = inner
	}
	return o
}

func named(it *forms.Item) object {
	kept := parse(it.FHIR)
	o := object{"linkId": firstOf(str(kept, "linkId"), it.ID)}
	put(o, "text", it.Label())
	return o
}

// question returns one question with what was asked under it, which stands
// under its first answer, or under none when only that was answered.
func (a *answering) question(it *forms.Item, under []*forms.Item, answers map[string]any) any {
	values := a.values(it, answers[it.ID])
	inner := a.items(under, answers)
	if inner != nil && values == nil {
		values = []any{object{}}
	}
	if values == nil {
		return nil
	}
	if inner != nil {
		values[0].(object)["item"] = inner
	}
	o := named(it)
	o["answer"] = values
	if signed, _ := answers[it.ID].(map[string]any); it.Kind == forms.Signature && signed != nil {
		o["extension"] = []any{object{"url": signatureGiven, "valueSignature": a.signature(it, signed)}}
	}
	return o
}

// repeated returns a question that was answered once a row.
func (a *answering) repeated(it *forms.Item, under []*forms.Item, rows []map[string]any) any {
	var all []any
	for _, row := range rows {
		if o, _ := a.question(it, under, row).(object); o != nil {
			all = append(all, list(o["answer"])...)
		}
	}
	if all == nil {
		return nil
	}
	o := named(it)
	o["answer"] = all
	return o
}

// values returns an answer as a list of value[x].
func (a *answering) values(it *forms.Item, answer any) []any {
	switch v := answer.(type) {
	case nil:
		return nil
	case []string: // of PickMany
		var out []any
		for _, code := range v {
			out = append(out, a.choice(it, code))
		}
		return out
	case []map[string]any: // files
		var out []any
		for _, file := range v {
			out = append(out, attachment(file))
		}
		return out
	case map[string]any:
		if it.Kind == forms.Signature {
			return []any{object{"valueAttachment": signedAttachment(v)}}
		}
		if other, is := v["other"].(string); is {
			return []any{object{"valueString": other}}
		}
		return []any{quantity(it, v)}
	case bool:
		return []any{object{"valueBoolean": v}}
	case json.Number:
		if typeOf(it.Kind) == "integer" {
			return []any{object{"valueInteger": v}}
		}
		return []any{object{"valueDecimal": v}}
	case string:
		if it.Option(v) != nil {
			return []any{a.choice(it, v)}
		}
		return []any{a.text(it, v)}
	}
	return nil
}

func (a *answering) text(it *forms.Item, s string) object {
	switch typeOf(it.Kind) {
	case "date":
		return object{"valueDate": s}
	case "dateTime":
		if at, err := time.ParseInLocation("2006-01-02T15:04", s, a.zone); err == nil {
			s = at.Format(time.RFC3339)
		}
		return object{"valueDateTime": s}
	case "time":
		return object{"valueTime": s + ":00"}
	case "url":
		return object{"valueUri": s}
	}
	if str(parse(it.FHIR), "type") == "reference" {
		return object{"valueReference": object{"display": s}}
	}
	return object{"valueString": s}
}

// choice returns the option that was chosen, in the words of the Questionnaire,
// with what it counts.
func (a *answering) choice(it *forms.Item, code string) object {
	opt := it.Option(code)
	if opt == nil {
		return object{"valueString": code}
	}
	answer := a.asGiven(it, code)
	if answer == nil {
		answer = object{"valueCoding": coded("system", opt.System, "code", opt.Code, "display", opt.Text)}
	}
	if c := sub(answer, "valueCoding"); c != nil && opt.Score != nil && extension(c, ordinalValue) == nil {
		c = without(c, "")
		c["extension"] = append(append([]any{}, list(c["extension"])...), object{"url": ordinalValue, "valueDecimal": integer(*opt.Score)})
		answer = object{"valueCoding": c}
	}
	return answer
}

// asGiven returns the option's value[x] as the Questionnaire had it, or nil.
func (a *answering) asGiven(it *forms.Item, code string) object {
	kept := parse(it.FHIR)
	given := object{}
	switch {
	case kept["answerValueSet"] != nil:
		given["answerValueSet"] = kept["answerValueSet"]
	case kept["answerOption"] != nil:
		base := object{}
		a.x.options(base, it)
		given["answerOption"] = a.x.mergeOptions(objects(base["answerOption"]), objects(kept["answerOption"]))
	default:
		return nil
	}
	options, _ := a.x.r.options(given)
	for _, o := range options {
		if o.code == code {
			return o.answer
		}
	}
	return nil
}

func quantity(it *forms.Item, v map[string]any) object {
	q := object{}
	if n, ok := v["value"].(json.Number); ok {
		q["value"] = n
	}
	code, _ := v["unit"].(string)
	for _, u := range it.Units {
		if u.Code == code {
			q = merged(q, coded("unit", u.Text, "system", u.System, "code", u.Code))
		}
	}
	if q["system"] == nil {
		delete(q, "code") // a code needs its system (qty-3)
	}
	return object{"valueQuantity": q}
}

func merged(a, b object) object {
	for k, v := range b {
		a[k] = v
	}
	return a
}

// signature is one that was given on a page, as FHIR's data type.
func (a *answering) signature(it *forms.Item, v map[string]any) object {
	file := signedAttachment(v)
	return object{
		"type": []any{signatureOf(it)}, "when": a.at, "who": object{"display": file["title"]},
		"sigFormat": file["contentType"], "data": file["data"],
	}
}

// signedAttachment is what somebody drew, or else the name they typed.
func signedAttachment(v map[string]any) object {
	name, _ := v["name"].(string)
	title := name
	if relationship, _ := v["relationship"].(string); relationship != "" {
		authority, _ := v["authority"].(string)
		title += ", " + relationship + " (" + authority + ")"
	}
	strokes, _ := v["strokes"].([][][2]int)
	format, data := inkOrName(name, strokes)
	return object{"contentType": format, "title": title, "data": data}
}

// sha256URL is our extension for a digest: FHIR R4 has room for SHA-1 alone.
const sha256URL = Base + "StructureDefinition/sha256"

// attachment tells of a file; its bytes are with the document.
func attachment(file map[string]any) object {
	name, _ := file["name"].(string)
	typ, _ := file["type"].(string)
	a := coded("contentType", typ, "title", name)
	switch size := file["size"].(type) {
	case json.Number:
		a["size"] = size
	case int:
		a["size"] = integer(size)
	case int64:
		a["size"] = json.Number(strconv.FormatInt(size, 10))
	}
	if sum, _ := file["sha256"].(string); sum != "" {
		a["extension"] = []any{object{"url": sha256URL, "valueString": sum}}
	}
	return object{"valueAttachment": a}
}
