// Package fhir turns templates into FHIR R4 Questionnaires and back, and
// completed forms into QuestionnaireResponses and Bundles.
//
// # Nothing is lost
//
// Each item of a Questionnaire has an item of the template. What forms have a
// word for becomes that word. For the rest there are two directions:
//
//   - What FHIR says and forms cannot (extensions, codes of other renderers,
//     several spellings of one thing) is kept verbatim as JSON under the item's
//     fhir: key, and comes back on export for as long as it does not contradict
//     what the item says now. So a change of one item changes that item alone.
//   - What forms say and FHIR cannot (which field it is, flags, score bands)
//     goes into one extension per item, its parts named like the keys of the
//     YAML grammar.
//
// Import makes the way back itself before it takes a file: what would come back
// changed is refused by the name of the item and the element. So is an item whose
// FHIR and whose extension of ours say different things, as after an edit in a
// program that knows FHIR alone.
//
// A question that repeats or holds further items becomes a group with field:
// question, whose first item is the question itself.
//
// The package is pure. Exports are made from the template alone.
package fhir

// Base begins every URL that is ours: extensions, and canonical URLs of
// templates that brought none.
const Base = "https://github.com/sealform/sealform/fhir/"

const (
	ownForm = Base + "StructureDefinition/form"
	ownItem = Base + "StructureDefinition/item"
	hl7     = "http://hl7.org/fhir/StructureDefinition/"
	sdc     = "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-"

	itemControl      = hl7 + "questionnaire-itemControl"
	itemControlCodes = "http://hl7.org/fhir/questionnaire-item-control"
	displayCategory  = hl7 + "questionnaire-displayCategory"
	hiddenURL        = hl7 + "questionnaire-hidden"
	unitURL          = hl7 + "questionnaire-unit"
	unitOption       = hl7 + "questionnaire-unitOption"
	minOccurs        = hl7 + "questionnaire-minOccurs"
	maxOccurs        = hl7 + "questionnaire-maxOccurs"
	minValue         = hl7 + "minValue"
	maxValue         = hl7 + "maxValue"
	minLength        = hl7 + "minLength"
	regexURL         = hl7 + "regex"
	decimalPlaces    = hl7 + "maxDecimalPlaces"
	entryFormat      = hl7 + "entryFormat"
	mimeType         = hl7 + "mimeType"
	maxSize          = hl7 + "maxSize"
	openLabel        = sdc + "openLabel"
	ordinalValue     = hl7 + "ordinalValue"
	itemWeight       = hl7 + "itemWeight"
	optionExclusive  = hl7 + "questionnaire-optionExclusive"
	signatureNeeded  = hl7 + "questionnaire-signatureRequired"
	signatureGiven   = hl7 + "questionnaireresponse-signature"
	calculated       = sdc + "calculatedExpression"
	shownBy          = sdc + "enableWhenExpression"
	shortText        = sdc + "shortText"
	translationURL   = hl7 + "translation"
	markdownURL      = hl7 + "rendering-markdown"
	xhtmlURL         = hl7 + "rendering-xhtml"
)
