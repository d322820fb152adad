package pdf

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"strings"
	"time"
)

// producer names the program that wrote the file.
const producer = "Sealform"

// metadata is what the file says of itself, twice: in the information
// dictionary and, for archives, in XMP. The two must agree (PDF/A, 6.7.3).
type metadata struct {
	title, author, id, language string
	subject                     string // who signed
	created                     time.Time
	part                        int // of PDF/A: 3, or 1 for the outside validator
}

func (m *metadata) info() []byte {
	return fmt.Appendf(nil, "<</Title%s/Author%s/Subject%s/Keywords%s/Creator(%s)/Producer(%s)/CreationDate%s/ModDate%s>>",
		textString(m.title), textString(m.author), textString(m.subject), textString(m.id), producer, producer, dateString(m.created), dateString(m.created))
}

func (m *metadata) xmp() []byte {
	at := m.created.UTC().Format("2006-01-02T15:04:05+00:00")
	conformance, accessible, extension := "A", "<pdfuaid:part>1</pdfuaid:part>", accessibilitySchema
	if m.part == 1 {
		conformance, accessible, extension = "A", "", ""
	}
	return fmt.Appendf(nil, xmpPacket, m.part, conformance, accessible,
		escape(m.title), escape(m.author), escape(m.subject), escape(m.language), producer, at, at, producer, escape(m.id), extension)
}

// escape writes text for XML. Slashes are written as references too: the packet
// is not compressed, and a title must not look like a PDF name to a scanner.
func escape(s string) string {
	var b bytes.Buffer
	xml.EscapeText(&b, []byte(s)) // a bytes.Buffer takes everything
	return strings.ReplaceAll(b.String(), "/", "&#47;")
}

const xmpPacket = "<?xpacket begin=\"\ufeff\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n" +
	`<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">` +
	`<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"` +
	` xmlns:pdf="http://ns.adobe.com/pdf/1.3/" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/">` +
	`<pdfaid:part>%d</pdfaid:part><pdfaid:conformance>%s</pdfaid:conformance>%s<dc:format>application/pdf</dc:format>` +
	`<dc:title><rdf:Alt><rdf:li xml:lang="x-default">%s</rdf:li></rdf:Alt></dc:title>` +
	`<dc:creator><rdf:Seq><rdf:li>%s</rdf:li></rdf:Seq></dc:creator>` +
	`<dc:description><rdf:Alt><rdf:li xml:lang="x-default">%s</rdf:li></rdf:Alt></dc:description>` +
	`<dc:language><rdf:Bag><rdf:li>%s</rdf:li></rdf:Bag></dc:language>` +
	`<xmp:CreatorTool>%s</xmp:CreatorTool><xmp:CreateDate>%s</xmp:CreateDate><xmp:ModifyDate>%s</xmp:ModifyDate>` +
	`<pdf:Producer>%s</pdf:Producer><pdf:Keywords>%s</pdf:Keywords></rdf:Description>%s</rdf:RDF></x:xmpmeta>` +
	"\n<?xpacket end=\"r\"?>"

// accessibilitySchema declares pdfuaid, which PDF/A does not know by itself.
const accessibilitySchema = `<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"` +
	` xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">` +
	`<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource"><pdfaSchema:schema>PDF/UA Universal Accessibility Schema</pdfaSchema:schema>` +
	`<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI><pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>` +
	`<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource"><pdfaProperty:name>part</pdfaProperty:name>` +
	`<pdfaProperty:valueType>Integer</pdfaProperty:valueType><pdfaProperty:category>internal</pdfaProperty:category>` +
	`<pdfaProperty:description>PDF/UA version</pdfaProperty:description></rdf:li></rdf:Seq></pdfaSchema:property></rdf:li></rdf:Bag>` +
	`</pdfaExtension:schemas></rdf:Description>`
