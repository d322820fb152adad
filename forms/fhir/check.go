package fhir

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// A checker looks at a Questionnaire before anything is made of it.
type checker struct {
	problems Problems
	order    []object // items, parents before children
	index    map[string]int
	parent   map[string]string // linkId of the item around
}

func (c *checker) fail(name, item, format string, args ...any) {
	if len(c.problems) < maxProblems {
		c.problems = append(c.problems, Problem{Name: name, Item: item, Text: fmt.Sprintf(format, args...)})
	}
}

var statuses = []string{"draft", "active", "retired", "unknown"}

// check reports what makes the Questionnaire one that nobody could fill in, or
// that would ask something else than it says. Lesser breaches of the
// specification are kept as they are.
func check(q object) (*checker, Problems) {
	c := &checker{index: map[string]int{}, parent: map[string]string{}}
	switch status, is := q["status"].(string); {
	case q["status"] == nil:
		c.fail(NoStatus, "", `"status" is missing; FHIR R4 needs draft, active, retired or unknown`)
	case !is || !slices.Contains(statuses, status):
		c.fail(BadStatus, "", `"status" is %v; use draft, active, retired or unknown`, q["status"])
	}
	c.members(q, "", questionnaireTypes)
	c.modified(q, "")
	if rules := str(q, "implicitRules"); rules != "" {
		c.fail(NotUnderstood, "", "follows rules of its own (implicitRules %s), which FHIR forbids to ignore; export it without", rules)
	}
	if list, _ := q["item"].([]any); len(list) == 0 {
		c.fail(NoItems, "", `"item" is missing or empty; a questionnaire asks at least one thing`)
	} else {
		c.items(list, "")
	}
	if c.tooMuch(); len(c.problems) > 0 {
		return c, c.problems
	}
	for i, it := range c.order {
		c.conditions(i, it)
	}
	return c, c.problems
}

// Bounds of one Questionnaire. Looking for cycles costs their product.
const (
	maxItems      = 2000
	maxConditions = 5000
)

func (c *checker) tooMuch() {
	conditions := 0
	for _, it := range c.order {
		conditions += len(objects(it["enableWhen"]))
		if n := len(objects(it["answerOption"])); n > maxOptions {
			c.fail(TooLarge, str(it, "linkId"), "has %d options, more than %d; ask for text instead", n, maxOptions)
		}
	}
	if len(c.order) > maxItems || conditions > maxConditions {
		c.fail(TooLarge, "", "has %d items and %d conditions; at most %d and %d fit into one form, so split it", len(c.order), conditions, maxItems, maxConditions)
	}
}

// Kinds of JSON value.
const (
	aText    = "text in quotes"
	aTruth   = "true or false"
	aNumber  = "a number"
	aList    = "a list of objects"
	anObject = "an object"
)

var questionnaireTypes = map[string]string{
	"id": aText, "url": aText, "version": aText, "name": aText, "title": aText, "language": aText, "date": aText, "publisher": aText,
	"experimental": aTruth, "item": aList, "extension": aList, "contained": aList, "code": aList, "text": anObject, "meta": anObject,
}

var itemTypes = map[string]string{
	"linkId": aText, "text": aText, "type": aText, "prefix": aText, "definition": aText, "enableBehavior": aText, "answerValueSet": aText,
	"required": aTruth, "repeats": aTruth, "readOnly": aTruth, "maxLength": aNumber,
	"item": aList, "enableWhen": aList, "answerOption": aList, "initial": aList, "code": aList, "extension": aList, "_text": anObject,
}

func (c *checker) members(o object, item string, types map[string]string) {
	for _, key := range sortedKeys(o) {
		v := o[key]
		if want := types[key]; v == nil || want != "" && !is(v, want) {
			if want == "" {
				want = "left out when there is nothing to say"
			}
			c.fail(WrongType, item, "%q must be %s", key, want)
		}
	}
}

func is(v any, kind string) bool {
	switch v := v.(type) {
	case string:
		return kind == aText
	case bool:
		return kind == aTruth
	case object:
		return kind == anObject
	case []any:
		return kind == aList && len(objects(v)) == len(v)
	default:
		_, ok := number(v)
		return ok && kind == aNumber
	}
}

// modified reports extensions that change what an element means: unlike others
// they must not be ignored (FHIR R4, Extensibility).
func (c *checker) modified(o object, link string) {
	for _, e := range objects(o["modifierExtension"]) {
		c.fail(NotUnderstood, link, "has the modifierExtension %q, which changes what is asked in a way not known here; export it without", str(e, "url"))
	}
}

func (c *checker) items(list []any, parent string) {
	for n, e := range list {
		it, ok := e.(object)
		if !ok {
			continue // reported with the list
		}
		link, _ := it["linkId"].(string)
		if strings.TrimSpace(link) == "" {
			c.fail(NoLinkID, parent, `item %d within has no "linkId"; give every item its own`, n+1)
			link = fmt.Sprintf("%s[%d]", parent, n+1)
		} else if _, twice := c.index[link]; twice {
			c.fail(DuplicateLinkID, link, `"linkId" is used by another item already; give each its own`)
		} else {
			c.index[link], c.parent[link] = len(c.order), parent
		}
		c.order = append(c.order, it)
		c.members(it, link, itemTypes)
		c.modified(it, link)
		c.item(it, link)
		if inner, ok := it["item"].([]any); ok {
			c.items(inner, link)
		}
	}
}

// elsewhere are the item types of other versions of FHIR.
var elsewhere = map[string]string{"coding": "R5", "question": "R5", "value": "STU3"}

func (c *checker) item(it object, link string) {
	typ := str(it, "type")
	inner, _ := it["item"].([]any)
	_, options := it["answerOption"]
	_, set := it["answerValueSet"]
	switch {
	case it["type"] == nil:
		c.fail(NoType, link, `"type" is missing; write one of FHIR R4's item types, such as string`)
	case elsewhere[typ] != "":
		c.fail(OtherVersion, link, `"type" is %q, a word of FHIR %s; export the questionnaire as FHIR R4 (choice, open-choice, string…)`, typ, elsewhere[typ])
	case kindOf[typ] == "":
		c.fail(UnknownType, link, `"type" is %q, which FHIR R4 does not have; use such as string, choice or group`, typ)
	case typ == "display" && len(inner) > 0:
		c.fail(DisplayWithItems, link, "a display cannot hold items (que-1); make it a group")
	case typ == "group" && len(inner) == 0:
		c.fail(EmptyGroup, link, "a group must hold items (que-1); give it some, or make it a display")
	case options && set:
		c.fail(TwoKindsOfOption, link, "has both answerOption and answerValueSet (que-4); keep one")
	case (options || set) && !mayHaveOptions[typ]:
		c.fail(OptionsMisplaced, link, "a %s cannot have options (que-5); remove them, or make it a choice", typ)
	case typ == "choice" && !options && !set:
		c.fail(NoOptions, link, "a choice needs answerOption or answerValueSet; list what may be chosen")
	}
	if list := objects(it["answerOption"]); options && len(list) == 0 {
		c.fail(NoOptions, link, "answerOption is empty; list what may be chosen")
	}
}

var mayHaveOptions = map[string]bool{
	"choice": true, "open-choice": true, "decimal": true, "integer": true, "date": true,
	"dateTime": true, "time": true, "string": true, "quantity": true,
}

var operators = []string{"exists", "=", "!=", ">", "<", ">=", "<="}

func (c *checker) conditions(at int, it object) {
	link := str(it, "linkId")
	list := objects(it["enableWhen"])
	switch behavior := str(it, "enableBehavior"); {
	case len(list) > 1 && behavior == "":
		c.fail(NoBehavior, link, `has several conditions and no "enableBehavior" (que-12); say whether all or any must hold`)
	case behavior != "" && behavior != "all" && behavior != "any":
		c.fail(NoBehavior, link, `"enableBehavior" is %q; use all or any`, behavior)
	}
	for _, w := range list {
		op, question := str(w, "operator"), str(w, "question")
		target, known := c.index[question]
		kind, answer := value(w, "answer")
		_, isTruth := answer.(bool)
		switch {
		case !known:
			c.fail(UnknownQuestion, link, "is shown depending on %q, which is no item here; name one that is", question)
		case c.depends(question, link, map[string]bool{}):
			c.fail(Cycle, link, "is shown depending on %q, which depends on this item in turn; remove one condition", question)
		case target > at:
			c.fail(LaterQuestion, link, "is shown depending on %q, which is asked later; ask that first", question)
		case str(c.order[target], "type") == "group" || str(c.order[target], "type") == "display":
			c.fail(NotAQuestion, link, "is shown depending on %q, which is a %s and has no answer; name a question", question, str(c.order[target], "type"))
		case !slices.Contains(operators, op):
			c.fail(BadOperator, link, `"operator" is %q; use one of %s`, op, strings.Join(operators, " "))
		case kind == "" || several(w):
			c.fail(BadAnswer, link, "a condition on %q needs exactly one answer[x]", question)
		case op == "exists" && !isTruth:
			c.fail(BadAnswer, link, "exists needs answerBoolean (que-7)")
		}
	}
}

func several(w object) bool {
	n := 0
	for key := range w {
		if strings.HasPrefix(key, "answer") {
			n++
		}
	}
	return n > 1
}

// depends reports whether item a is shown depending on item b, over any number
// of conditions, or stands within b.
func (c *checker) depends(a, b string, seen map[string]bool) bool {
	for ; a != "" && !seen[a]; a = c.parent[a] {
		if seen[a] = true; a == b {
			return true
		}
		at, known := c.index[a]
		if !known {
			return false
		}
		for _, w := range objects(c.order[at]["enableWhen"]) {
			if c.depends(str(w, "question"), b, seen) {
				return true
			}
		}
	}
	return false
}

func sortedKeys(o object) []string { return slices.Sorted(maps.Keys(o)) }
