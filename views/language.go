package views

import "github.com/sealform/sealform/internal/words"

// Languages are those the client's pages are written in.
func Languages() []string { return words.Languages }

func languageName(language string) string {
	if name := words.Names[words.Base(language)]; name != "" {
		return name
	}
	return language
}
