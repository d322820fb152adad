package forms

import (
	"strings"

	"github.com/sealform/sealform/internal/lazyregexp"
)

// The limits of plain language: a reading age of about twelve, and the longest
// sentence that GOV.UK's guide to writing allows.
const (
	MaxGrade = 8.0 // Flesch-Kincaid
	maxWords = 25
)

// prose counts what a reading grade is made of.
type prose struct{ words, sentences, syllables int }

// grade is the Flesch-Kincaid grade, in years of school; 0 without a sentence.
func (p prose) grade() float64 {
	if p.sentences == 0 {
		return 0
	}
	words := float64(p.words)
	return 0.39*words/float64(p.sentences) + 11.8*float64(p.syllables)/words - 15.59
}

// item counts an item and the items in it, and calls long with each sentence
// that is too long. Prescribed words are left out.
func (p *prose) item(it *Item, long func(it *Item, words []string)) {
	if it.Verbatim {
		return
	}
	// A list whose introduction ends with a colon is one sentence a bullet.
	texts := append(strings.Split(it.MD, "\n"), it.Ask, it.Hint, it.Help)
	for _, o := range it.Options {
		texts = append(texts, o.Text)
	}
	for _, text := range texts {
		for _, sentence := range sentenceEnd().Split(text, -1) {
			words := wordPattern().FindAllString(sentence, -1)
			p.sentence(words)
			if len(words) > maxWords {
				long(it, words)
			}
		}
	}
	for _, child := range it.Items {
		p.item(child, long)
	}
}

var (
	sentenceEnd = lazyregexp.New(`[.!?](?:[\s*"]|$)`)
	wordPattern = lazyregexp.New(`[\pL\pN{][\pL\pN'.@/:_-]*`)
	vowels      = lazyregexp.New(`[aeiouy]+`)
	silent      = lazyregexp.New(`([^aeiouyl]e|[^aeiouyscgxzh]es|[^dt]ed)$`)
)

// sentence adds one sentence. Headings, labels and short options would flatter
// the grade and do not count.
func (p *prose) sentence(words []string) {
	if len(words) < 5 {
		return
	}
	p.sentences++
	p.words += len(words)
	for _, w := range words {
		w = strings.ToLower(w)
		n := len(vowels().FindAllString(w, -1))
		if n > 1 && silent().MatchString(w) {
			n--
		}
		p.syllables += max(n, 1)
	}
}
