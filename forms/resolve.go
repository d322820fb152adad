package forms

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Resolve returns the template as one practice asks it: variables filled in,
// items of other countries left out, and groups that are empty then. The error
// names a variable that is used and empty, or a country that is needed and
// not known.
func (t *Template) Resolve(v Vars) (*Template, error) {
	if len(t.Countries) > 0 && !t.ForCountry(v.Country) {
		return nil, fmt.Errorf("form %s is for %s, not for %q", t.Name, strings.Join(t.Countries, ", "), v.Country)
	}
	r := &resolving{as: v, vars: v.dated(t.Language)}
	out := *t
	out.Title = r.plain(t.Title)
	out.Sign = &Sign{t.Sign.Role, r.plain(t.Sign.Statement), t.Sign.Witness}
	out.Items = r.items(t.Items)
	out.Translations = r.translations(t.Translations, out.Items)
	if err := errors.Join(r.errs...); err != nil {
		return nil, err
	}
	if len(out.Items) == 0 {
		return nil, fmt.Errorf("form %s asks nothing in %s", t.Name, v.Country)
	}
	out.link()
	return &out, nil
}

type resolving struct {
	as       Vars // as they came
	vars     Vars // as the language at hand says them
	errs     []error
	reported []string
}

func (r *resolving) fail(what, format string, args ...any) {
	if !slices.Contains(r.reported, what) {
		r.reported = append(r.reported, what)
		r.errs = append(r.errs, fmt.Errorf(format, args...))
	}
}

// value returns what a variable stands for.
func (r *resolving) value(name string) string {
	s := strings.Join(strings.Fields(r.vars.value(name)), " ")
	if s == "" {
		r.fail(name, "{%s} is used in the form and has no value", name)
	}
	if strings.ContainsAny(s, "{}") || strings.ContainsFunc(s, forbidden) || markup().MatchString(s) {
		r.fail(name, "the value of {%s} must not hold braces, markup or control characters", name)
	}
	return s
}

func (r *resolving) plain(s string) string {
	if !strings.Contains(s, "{") {
		return s
	}
	return variable().ReplaceAllStringFunc(s, func(m string) string {
		return r.value(m[1 : len(m)-1])
	})
}

func (r *resolving) rich(s string) string {
	if !strings.Contains(s, "{") {
		return s
	}
	return variable().ReplaceAllStringFunc(s, func(m string) string {
		return escapeMarkdown(r.value(m[1 : len(m)-1]))
	})
}

// escapeMarkdown keeps a value plain text inside Markdown, also in the address
// of a link.
func escapeMarkdown(s string) string {
	var b strings.Builder
	digits := true // only digits so far, as in the number of a list
	for _, c := range s {
		if strings.ContainsRune("\\`*_[]<>()#+-=|~&!", c) || c == '.' && digits && b.Len() > 0 {
			b.WriteByte('\\')
		}
		digits = digits && c >= '0' && c <= '9'
		b.WriteRune(c)
	}
	return b.String()
}

func (r *resolving) items(items []*Item) []*Item {
	var out []*Item
	for _, it := range items {
		if len(it.Countries) > 0 && r.vars.Country == "" {
			r.fail("country of practice", "the country of the practice is needed: some items are asked in some countries only")
		}
		if !includes(it.Countries, r.vars.Country) {
			continue
		}
		if c := r.item(it); !c.holdsItems() || len(c.Items) > 0 {
			out = append(out, c)
		}
	}
	return out
}

func (r *resolving) item(it *Item) *Item {
	c := *it
	c.Ask, c.Hint, c.Help = r.plain(it.Ask), r.plain(it.Hint), r.plain(it.Help)
	c.MD = r.rich(it.MD)
	c.OtherLabel = r.plain(it.OtherLabel)
	c.Say = Say{r.plain(it.Say.Missing), r.plain(it.Say.Impossible), r.plain(it.Say.Rule)}
	c.Options = slices.Clone(it.Options)
	for i := range c.Options {
		c.Options[i].Text = r.plain(c.Options[i].Text)
	}
	if it.ValueSet != "" && len(it.Options) == 0 {
		r.fail("item "+it.ID, "item %s takes its options from %s, which is not here; write them out as options:", it.ID, it.ValueSet)
	}
	c.Items = r.items(it.Items)
	return &c
}
