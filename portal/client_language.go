package portal

import (
	"slices"
	"strings"

	"github.com/sealform/sealform/internal/words"
	"github.com/sealform/sealform/views"
)

// chooseLanguage remembers the language of a link's pages and goes back to
// where it was chosen.
func chooseLanguage(v *visit) error {
	fields, err := form(v.c)
	if err != nil {
		return err
	}
	to := fields.Get("to")
	if !strings.HasPrefix(to, "/d/"+v.token+"/") {
		to = "/d/" + v.token
	}
	return v.choose(fields.Get("language"), to)
}

func (v *visit) choose(language, to string) error {
	if err := v.p.Store.ChooseLanguage(v.c.UserContext(), v.Visit, language); err != nil {
		return err
	}
	return see(v.c, to)
}

// readable returns the languages that some document behind the link can be read
// in. They show before the code: whoever cannot read the page cannot give one.
func (v *visit) readable() ([]string, error) {
	var all []string
	for _, st := range v.Steps {
		form, err := v.p.Store.Form(v.c.UserContext(), v.Practice.ID, st.Pin)
		if err != nil {
			return nil, err
		}
		all = append(all, form.Languages()...)
	}
	return all, nil
}

// languages offers those of a list that our pages speak and that a page is not
// in, "" being English.
func (v *visit) languages(all []string, now, to string) *views.LanguageChoice {
	c := &views.LanguageChoice{Action: v.link("language"), To: to}
	for _, ours := range views.Languages() {
		in := func(language string) bool { return words.Base(language) == ours }
		if !in(now) && !(now == "" && ours == "en") && slices.ContainsFunc(all, in) {
			c.Others = append(c.Others, ours)
		}
	}
	if c.Others == nil {
		return nil
	}
	return c
}

// tongue is the language of a text on a page in another; "" where they are one.
func tongue(text, page string) string {
	if words.Base(text) == words.Base(page) || page == "" && words.Base(text) == "en" {
		return ""
	}
	return text
}
