package forms

import (
	"time"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"

	"github.com/sealform/sealform/internal/words"
)

// translations fills variables into the translations of the items that are left.
func (r *resolving) translations(all []Translation, items []*Item) []Translation {
	var out []Translation
	defer func(own Vars) { r.vars = own }(r.vars)
	for _, tr := range all {
		r.vars = r.as.in(tr.Language)
		tr.Title, tr.Statement = r.plain(tr.Title), r.plain(tr.Statement)
		left := map[string]Texts{}
		r.left(left, tr.Items, items)
		tr.Items = left
		out = append(out, tr)
	}
	return out
}

func (r *resolving) left(left, all map[string]Texts, items []*Item) {
	for _, it := range items {
		if said, ok := all[it.ID]; ok {
			left[it.ID] = r.texts(said)
		}
		r.left(left, all, it.Items)
	}
}

func (r *resolving) texts(s Texts) Texts {
	s.Ask, s.Hint, s.Help, s.MD = r.plain(s.Ask), r.plain(s.Hint), r.plain(s.Help), r.rich(s.MD)
	s.OtherLabel = r.plain(s.OtherLabel)
	s.Say = Say{r.plain(s.Say.Missing), r.plain(s.Say.Impossible), r.plain(s.Say.Rule)}
	if s.Options != nil {
		options := map[string]string{}
		for code, text := range s.Options {
			options[code] = r.plain(text)
		}
		s.Options = options
	}
	return s
}

// in returns the values as a language says them: countries, and a day.
func (v Vars) in(tag string) Vars {
	namer := display.Regions(language.Make(tag))
	name := func(code, otherwise string) string {
		region, err := language.ParseRegion(code)
		if err != nil || namer == nil {
			return otherwise
		}
		return orElse(namer.Name(region), otherwise)
	}
	v.CountryName = name(v.Country, v.CountryName)
	v.StorageCountryName = name(v.StorageCountry, v.StorageCountryName)
	return v.dated(tag)
}

func (v Vars) dated(tag string) Vars {
	if d, err := time.Parse(time.DateOnly, v.EffectiveDate); err == nil {
		v.EffectiveDate = words.Day(tag, v.Country, d)
	}
	return v
}
