package fhir

import (
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/sealform/sealform/forms"
)

// A Document is a completed form with who signed it.
type Document struct {
	ID, Client uuid.UUID // Client may be uuid.Nil when it is not known
	ClientName string
	Practice   string
	At         time.Time
	Zone       *time.Location // of the practice; nil for UTC
	Response   *forms.Response
	Signer     Signer
	PDF        []byte // the sealed file, nil while it is being made
}

// A Signer is who signed and how.
type Signer struct {
	Name, Role, Relationship string // Role is self, guardian or representative
	Statement                string // the words agreed to
	Strokes                  [][][2]int
	Witness                  string // who saw it, "" for nobody
	WitnessStrokes           [][][2]int
}

// Bundle returns the document as FHIR: the QuestionnaireResponse, a Consent for
// everything that was agreed to, refused or acknowledged, the Provenance with
// the signature, and, when there is a PDF, its DocumentReference. Equal
// documents give equal bytes.
func (d *Document) Bundle() []byte {
	var entries []any
	add := func(name string, o object) string {
		url := "urn:uuid:" + d.uuid(name).String()
		o["id"] = d.uuid(name).String()
		entries = append(entries, object{"fullUrl": url, "resource": o})
		return url
	}
	response := add("QuestionnaireResponse", d.response())
	targets := []any{object{"reference": response}}
	for i, c := range d.consents(response) {
		targets = append(targets, object{"reference": add(fmt.Sprintf("Consent %d", i+1), c)})
	}
	if d.PDF != nil {
		targets = append(targets, object{"reference": add("DocumentReference", d.paper(response))})
	}
	add("Provenance", d.provenance(targets))
	return []byte(encode(plainly(object{
		"resourceType": "Bundle", "id": d.ID.String(), "type": "collection", "identifier": urn(d.ID), "timestamp": d.instant(), "entry": entries,
	})))
}

// QuestionnaireResponse returns the answers alone.
func (d *Document) QuestionnaireResponse() []byte { return []byte(encode(plainly(d.response()))) }

// uuid names a part of the document, the same every time.
func (d *Document) uuid(part string) uuid.UUID { return uuid.NewSHA1(d.ID, []byte(part)) }

func (d *Document) instant() string { return d.At.UTC().Format(time.RFC3339) }

// urn is an identifier that is a UUID (RFC 4122 and FHIR's urn:ietf:rfc:3986).
func urn(id uuid.UUID) object {
	return object{"system": "urn:ietf:rfc:3986", "value": "urn:uuid:" + id.String()}
}

func (d *Document) subject() object {
	o := coded("type", "Patient", "display", d.ClientName)
	if d.Client != uuid.Nil {
		o["identifier"] = urn(d.Client)
	}
	return o
}

// signer is the client, or who signed for them.
func (d *Document) signer() object {
	if d.Signer.Role == "self" || d.Signer.Role == "" {
		return d.subject()
	}
	display := d.Signer.Name
	if d.Signer.Relationship != "" {
		display += " (" + d.Signer.Relationship + ")"
	}
	return coded("type", "RelatedPerson", "display", display)
}

func concepts(system, code, display string) object {
	return object{"coding": []any{coded("system", system, "code", code, "display", display)}}
}

const loinc = "http://loinc.org"

// consents returns a Consent for every question of agreement and every
// acknowledgement that was answered.
func (d *Document) consents(response string) []object {
	var out []object
	for _, e := range d.Response.Entries {
		ticked := ""
		for _, c := range e.Choices {
			if c.Ticked {
				ticked = c.Text
			}
		}
		switch {
		case ticked == "":
		case e.Item.Kind == forms.Agree:
			agreed := e.Item.Option(forms.AgreeCode)
			out = append(out, d.consent(e.Item, agreed != nil && agreed.Text == ticked, concepts(loinc, "59284-0", "Consent Document"), response))
		case e.Item.Kind == forms.Acknowledge:
			out = append(out, d.consent(e.Item, true, concepts(loinc, "57016-8", "Privacy policy acknowledgement Document"), response))
		}
	}
	return out
}

func (d *Document) consent(it *forms.Item, agreed bool, category object, response string) object {
	t := d.Response.Template
	scope := concepts("http://terminology.hl7.org/CodeSystem/consentscope", "patient-privacy", "Privacy Consent")
	if strings.Contains(t.Name, "treatment") || strings.Contains(t.Name, "telehealth") {
		scope = concepts("http://terminology.hl7.org/CodeSystem/consentscope", "treatment", "Treatment")
	}
	o := object{
		"resourceType": "Consent", "status": map[bool]string{true: "active", false: "rejected"}[agreed],
		"scope": scope, "category": []any{category}, "patient": d.subject(), "dateTime": d.instant(), "performer": []any{d.signer()},
		"sourceReference": object{"reference": response},
		// What was agreed to is the text, so the policy is the version of the form (ppc-1).
		"policy":     []any{object{"uri": canonicalURL(t)}},
		"policyRule": object{"text": it.Label()},
	}
	if d.Practice != "" {
		o["organization"] = []any{object{"type": "Organization", "display": d.Practice}}
	}
	return o
}

// provenance says who signed, when and how.
func (d *Document) provenance(targets []any) object {
	role := "author"
	if d.Response.Template.Sign != nil {
		role = d.Response.Template.Sign.Role
	}
	signature := object{"type": []any{signatureCode(role)}, "when": d.instant(), "who": d.signer()}
	if d.Signer.Name != "" {
		signature["sigFormat"], signature["data"] = inkOrName(d.Signer.Name, d.Signer.Strokes)
	}
	signatures := []any{signature}
	if d.Signer.Witness != "" {
		format, data := inkOrName(d.Signer.Witness, d.Signer.WitnessStrokes)
		signatures = append(signatures, object{
			"type": []any{signatureCode(forms.WitnessSigns)}, "when": d.instant(), "who": object{"display": d.Signer.Witness}, "sigFormat": format, "data": data,
		})
	}
	const participant = "http://terminology.hl7.org/CodeSystem/provenance-participant-type"
	agents := []any{object{"type": concepts(participant, "author", "Author"), "who": d.signer()}}
	if d.Practice != "" {
		custodian := coded("type", "Organization", "display", d.Practice)
		agents = append(agents, object{"type": concepts(participant, "custodian", "Custodian"), "who": custodian})
	}
	o := object{
		"resourceType": "Provenance", "target": targets, "recorded": d.instant(), "occurredDateTime": d.instant(),
		"agent": agents, "signature": signatures,
	}
	if d.Signer.Statement != "" {
		o["activity"] = object{"text": d.Signer.Statement}
	}
	return o
}

// inkOrName is a signature with its media type, in Base64: what was drawn, or
// else the name that was typed.
func inkOrName(name string, strokes [][][2]int) (format, data string) {
	if len(strokes) > 0 {
		return "image/svg+xml", base64.StdEncoding.EncodeToString(drawing(strokes))
	}
	return "text/plain", base64.StdEncoding.EncodeToString([]byte(name))
}

// drawing is a drawn signature as SVG.
func drawing(strokes [][][2]int) []byte {
	return []byte(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1000 300"><path fill="none" stroke="#000" stroke-width="4" stroke-linecap="round" stroke-linejoin="round" d="` +
		forms.StrokePath(strokes) + `"/></svg>`)
}

// paper tells of the sealed PDF. FHIR R4's hash is SHA-1, so the digest that
// the record keeps stands beside it.
func (d *Document) paper(response string) object {
	short, long := sha1.Sum(d.PDF), sha256.Sum256(d.PDF)
	t := d.Response.Template
	typ := concepts(loinc, "74465-6", "Questionnaire response Document")
	if t.Sign != nil && t.Sign.Role == "consent" {
		typ = concepts(loinc, "59284-0", "Consent Document")
	}
	return object{
		"resourceType": "DocumentReference", "status": "current", "docStatus": "final", "type": typ,
		"masterIdentifier": urn(d.ID), "subject": d.subject(), "date": d.instant(), "author": []any{d.signer()}, "description": t.Title,
		"content": []any{object{"attachment": object{
			"contentType": "application/pdf", "title": t.Title, "language": t.Language, "size": integer(len(d.PDF)), "creation": d.instant(),
			"hash":      base64.StdEncoding.EncodeToString(short[:]),
			"extension": []any{object{"url": sha256URL, "valueString": hex.EncodeToString(long[:])}},
		}}},
		"context": object{"related": []any{object{"reference": response}}},
	}
}
