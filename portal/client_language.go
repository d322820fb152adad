package portal

import (
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

// languages offers those of a list that a page is not in.
func (v *visit) languages(all []string, to string) *views.LanguageChoice {
	now := words.Base(v.Language)
	if now == "" {
		now = words.Base(all[0])
	}
	c := &views.LanguageChoice{Action: v.link("language"), To: to}
	for _, language := range all {
		if words.Base(language) != now && words.Known(language) {
			c.Others = append(c.Others, language)
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
